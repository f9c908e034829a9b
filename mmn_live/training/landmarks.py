"""MediaPipe's landmarks as the observer and what it is fitted to see them: in clusters, by depth, by situation."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points

CLUSTERS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("face", tuple(range(11))),
    ("shoulders", (11, 12)),
    ("elbows", (13,)),
    ("elbows", (14,)),
    ("wrists", (15, 17, 19, 21)),
    ("wrists", (16, 18, 20, 22)),
    ("hips", (23, 24)),
    ("knees", (25,)),
    ("knees", (26,)),
    ("feet", (27, 29, 31)),
    ("feet", (28, 30, 32)),
)
"""Points that are wrong together, and the group under whose name they are measured; knuckles go with the wrist."""

CLUSTER_OF = np.array([next(number for number, (_, points) in enumerate(CLUSTERS) if at in points) for at in range(33)])
"""The number of each point's cluster."""

WRISTS = (15, 16)

PALM = (0, 5, 9, 17)
"""Of a hand's landmarks, those about its palm."""

GROUPS = tuple(dict.fromkeys(group for group, _ in CLUSTERS))


def clusters_of(*groups: str) -> list[int]:
    """The numbers of the clusters that are measured under those names."""
    return [number for number, (group, _) in enumerate(CLUSTERS) if group in groups]


DEPTHS = (-0.3, 0.05, 0.3, 1.0, 2.0, 5.0)
"""Distances outside the picture between which visibility and invention are measured; negative is inside."""

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Of a figure over tracks: what is kept of a measurement."""

NEAR_FACE, TOUCHING, FAST_PER_S, HIDDEN, EDGE_ON = 0.4, 0.25, 2.0, 0.3, 0.008
"""The last two: the share of a hand behind the body, and how little is seen of its palm, in squared shoulder widths."""
SITUATIONS = ("outside", "hidden", "touching", "near the face", "fast", "edge on", "free")
"""Of a hand, the first that holds; how its points err depends on them."""

HAND_PARTS = {
    "wrist": (0,),
    "thumb tip": (4,),
    "index tip": (8,),
    "middle tip": (12,),
    "ring tip": (16,),
    "little tip": (20,),
    "joints": (1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19),
}
"""Landmarks of a hand whose errors are measured together."""

DISTANCES = ("afar", "some way off", "near")
_BROAD = (0.10, 0.16)
"""Shoulder width from which a person is seen some way off, and from near, as a share of the picture's longer side."""


def scale_of(pose: Points) -> float:
    """The measure of a performance's landmarks (T, 33, 2): its shoulder width, px, or about that."""
    shoulders = np.median(np.linalg.norm(pose[:, 11] - pose[:, 12], axis=-1))
    ears = np.median(np.linalg.norm(pose[:, 7] - pose[:, 8], axis=-1))
    return max(float(shoulders), 1.1 * float(ears), 1.0)


def logit(share: Points) -> Points:
    """Of shares, at most about 9 from 0."""
    share = np.clip(share, 1e-4, 1 - 1e-4)
    return np.log(share / (1 - share))


def sigmoid(values: Points) -> Points:
    """Shares of logits, however far these are from 0."""
    return np.exp(-np.logaddexp(0, -values))


def depth_of(points: Points, size: Points) -> Points:
    """(...): how far points (..., 2) lie outside a picture of that size (2,), in its unit; negative inside."""
    beyond = np.abs(points - size / 2) - size / 2
    return np.maximum(beyond[..., 0], beyond[..., 1])  # max(-1) takes ten times as long


def situations_of(times_s: Points, hands: Points, hidden: Points, nose: Points, size: Points) -> np.ndarray:
    """(N, 2): index into SITUATIONS of hands (N, 2, 21, 2), `hidden` (N, 2) by that share.

    `nose` is (N, 2) and `size` (2,); all that is a length is in shoulder widths.
    """
    centre = hands[:, :, PALM].mean(2)
    moving = np.gradient(centre, times_s, axis=0) if len(times_s) > 1 else np.zeros_like(centre)
    speed = np.linalg.norm(moving, axis=-1)
    apart = np.linalg.norm(centre[:, 0] - centre[:, 1], axis=-1)[:, None]
    holds = (
        (depth_of(hands[:, :, ::4], size) > 0).mean(-1) > 0.2,
        hidden > HIDDEN,
        np.broadcast_to(apart < TOUCHING, speed.shape),
        np.linalg.norm(centre - nose[:, None], axis=-1) < NEAR_FACE,
        speed > FAST_PER_S,
        _palm_of(hands) < EDGE_ON,
    )
    return np.select(holds, range(len(holds)), len(holds))


def _palm_of(hands: Points) -> Points:
    """(...): the area between the wrist and the outer knuckles of hands (..., 21, 2)."""
    index, little = hands[..., 5, :] - hands[..., 0, :], hands[..., 17, :] - hands[..., 0, :]
    return np.abs(index[..., 0] * little[..., 1] - index[..., 1] * little[..., 0]) / 2


def distance_of(size: Points) -> int:
    """Index into DISTANCES of a person in a picture of `size` (2,) in shoulder widths."""
    return int(np.searchsorted(_BROAD, 1 / size.max()))
