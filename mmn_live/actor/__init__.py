"""The built-in actor: a person made by code, acting scripted micro-actions, with the truth about every frame."""

from mmn_live.actor import (  # noqa: F401  (each enters its actions in ACTIONS)
    motions_arms,
    motions_body,
    motions_body_hand,
    motions_hands,
    motions_head,
    motions_head_hand,
    motions_leg_hand,
    motions_legs,
)
