"""The whole picture: every annotator in its order."""

from __future__ import annotations

from collections.abc import Sequence

from mmn_live.joints import Layout
from mmn_live.overlay.classes import draw_classes
from mmn_live.overlay.hud import draw_help, draw_status
from mmn_live.overlay.ids import draw_ids
from mmn_live.overlay.scene import Scene
from mmn_live.overlay.skeleton import draw_skeleton
from mmn_live.overlay.strip import draw_strip
from mmn_live.taxonomy import Taxonomy
from mmn_live.types import NONE_LABEL, Image

SMALLEST_PANELS_PX = (160, 120)
"""On an image smaller than this (width, height) panels would cover the person: only the skeleton is drawn."""


class Overlay:
    """Draws scenes for one joint layout and the labels of one model, in the order of its probabilities."""

    def __init__(self, layout: Layout, taxonomy: Taxonomy, labels: Sequence[str]) -> None:
        self._layout = layout
        self._labels = tuple(labels)
        self._body_parts = {name: taxonomy.label(name).body_part for name in labels if name != NONE_LABEL}

    def draw(self, image: Image, scene: Scene) -> Image:
        """A new image, (H, W, 3) uint8 BGR, with the scene on it; the one given is never written to."""
        drawn = image.copy()
        for skeleton in scene.skeletons:
            draw_skeleton(drawn, skeleton, self._layout)
        draw_ids(drawn, scene)
        height, width = drawn.shape[:2]
        if width < SMALLEST_PANELS_PX[0] or height < SMALLEST_PANELS_PX[1]:
            return drawn
        draw_classes(drawn, scene, self._labels, self._body_parts)
        draw_strip(drawn, scene)
        draw_status(drawn, scene)
        return draw_help(drawn, scene)
