"""The built-in actor: a person made by code, acting scripted micro-actions, with the truth about every frame."""

from mmn_live.actor import motions_arms, motions_body, motions_head  # noqa: F401  (each enters its actions in ACTIONS)
