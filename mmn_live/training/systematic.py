"""What MediaPipe does by rule with a posture: where it displaces a body's points to, and how likely it finds a hand.

Two small networks say so that were fitted to rendered tracks (systematic_fit.py). Lengths are in shoulder widths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from mmn_live.actor.figure import Points
from mmn_live.training.landmarks import PALM, depth_of, sigmoid

SYSTEMATIC_FILE = Path(__file__).with_name("systematic.safetensors")
"""Written by `benchmarks/observation.py --fit`."""

_ENDS = (0, 4, 8, 12, 20)
_FADES = 0.1
"""Displacements fade away so near to the picture's edge: what lies outside is invented (observer_unseen.py)."""
_MOST = 0.3
"""Farther no point is displaced, as one in 12,000 of those inside the picture would be on the tracks of the fit (0.4 at
most), and some in postures that no track shows, of which the network knows nothing."""


@dataclass(frozen=True)
class Network:
    """Layers, weights (out, in) and biases (out,), with SiLU between them, over inputs (..., F) made standard first."""

    mean: Points
    scale: Points
    layers: tuple[tuple[Points, Points], ...]

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], name: str) -> Network:
        """The one of that name among a file's tensors, as `tensors` names them."""
        count = sum(key.startswith(f"{name}.weight") for key in tensors)
        layers = tuple((tensors[f"{name}.weight.{one}"], tensors[f"{name}.bias.{one}"]) for one in range(count))
        return cls(tensors[f"{name}.mean"], tensors[f"{name}.scale"], layers)

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """What `of` makes it of, in single precision."""
        named = {f"{name}.mean": self.mean, f"{name}.scale": self.scale}
        for number, (weight, bias) in enumerate(self.layers):
            named |= {f"{name}.weight.{number}": weight, f"{name}.bias.{number}": bias}
        return {key: np.ascontiguousarray(value, np.float32) for key, value in named.items()}

    def __call__(self, inputs: Points) -> Points:
        """(..., out)."""
        values = (inputs - self.mean) / self.scale
        for number, (weight, bias) in enumerate(self.layers):
            values = (values * sigmoid(values) if number else values) @ weight.T + bias
        return values


@dataclass(frozen=True)
class Systematic:
    """Both networks."""

    body: Network
    hand: Network

    @classmethod
    @cache
    def load(cls) -> Systematic:
        """Those that were fitted last, of `SYSTEMATIC_FILE`."""
        tensors = load_file(SYSTEMATIC_FILE)
        return cls(*(Network.of(tensors, name) for name in ("body", "hand")))

    def save(self) -> None:
        """Make them those that were fitted last."""
        save_file(self.body.tensors("body") | self.hand.tensors("hand"), SYSTEMATIC_FILE)
        type(self).load.cache_clear()

    def displacements(self, pose: Points, hands: Points, size: Points) -> Points:
        """(T, 33, 2): how far each point of `pose` (T, 33, 2) is put beside where it is, on the mean.

        `hands` are (T, 2, 21, 2), in a picture of `size` (2,).
        """
        displaced = self.body(body_inputs(pose, hands)).reshape(pose.shape)
        displaced *= np.minimum(1, _MOST / np.maximum(np.linalg.norm(displaced, axis=-1, keepdims=True), 1e-12))
        return np.clip(-depth_of(pose, size) / _FADES, 0, 1)[..., None] * displaced

    def found(
        self, times_s: Points, pose: Points, hands: Points, hidden: Points, size: Points, reach: float = 0.0
    ) -> Points:
        """(T, 2): the logit of how likely each hand is found, of which so much is `hidden` (T, 2) behind the body.

        `reach` is how much farther outside the picture its wrist may be than on rendered tracks.
        """
        return self.hand(hand_inputs(times_s, pose, hands, hidden, size, reach))[..., 0]


def body_inputs(pose: Points, hands: Points) -> Points:
    """(T, 86): what displaces a body's points."""
    middle = pose[:, 11:13].mean(1)[:, None]
    parts = (pose - middle, hands[:, :, _ENDS] - middle[:, None])
    return np.concatenate([part.reshape(len(pose), -1) for part in parts], 1)


def hand_inputs(
    times_s: Points, pose: Points, hands: Points, hidden: Points, size: Points, reach: float = 0.0
) -> Points:
    """(T, 2, 75): what hands are found by; right ones as left ones in a mirror."""
    outside = depth_of(hands[:, :, ::4], size) - reach * np.eye(6)[0]
    each = (_inputs_of(side, times_s, pose, hands, hidden, outside, size) for side in (0, 1))
    return np.stack(list(each), 1)


def _inputs_of(
    side: int, times_s: Points, pose: Points, hands: Points, hidden: Points, outside: Points, size: Points
) -> Points:
    mirrored = np.array([1.0 - 2 * side, 1.0])
    own, other, middle = hands[:, side], hands[:, 1 - side], pose[:, 11:13].mean(1)[:, None]
    arm = [11 + side, 13 + side, 15 + side, 0, 7 + side, 8 - side, 12 - side]
    palm = own[:, PALM].mean(1)
    moving = np.gradient(palm, times_s, axis=0) if len(times_s) > 1 else np.zeros_like(palm)
    parts = (
        (own - own[:, :1]) * mirrored,
        (own[:, :1] - middle) * mirrored,
        (pose[:, arm] - middle) * mirrored,
        np.clip((other[:, (0, 8, 9)] - own[:, 9:10]) * mirrored, -1, 1),
        hidden[:, side],
        moving * mirrored,
        np.linalg.norm(moving, axis=-1),
        np.clip(outside[:, side], -0.5, 0.5),
        np.full(len(own), np.log(size.max())),
    )
    return np.concatenate([part.reshape(len(own), -1) for part in parts], 1)
