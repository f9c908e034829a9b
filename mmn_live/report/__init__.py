"""A session as one HTML page: figures over what was observed, a timeline, and the review of its events."""

from mmn_live.report.content import Content, ShownVideo
from mmn_live.report.page import render

__all__ = ["Content", "ShownVideo", "render"]
