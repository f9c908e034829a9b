"""A participant's baseline: how much this person moves at rest, as this camera sees it, and what follows from it.

Motion at rest is the tracker's noise, breathing and posture; it depends on distance, light and the person. What rest
is, the shortest half of the windows by their motion says (Rousseeuw & Leroy 1987, section 4.1): a window up to its
centre + 6 half-widths is rest; beyond, the person moved. As long as they rest for more than half of the time, a cough,
a shift or a real action changes little. Two things are set from it:

- the still gate lies where rest ends, between LEAST_STILL_BELOW and MOST_STILL_BELOW;
- a class that is within MARGIN of its threshold in more than a twentieth of the rest that this gate lets pass gets a
  higher one, `q99 + MARGIN`: such rest is to give no event. No class ever gets a lower threshold than was asked for;
- so do body parts, where the model names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mmn_live.joints import Layout
from mmn_live.recognition.gates import gate, motion
from mmn_live.recognition.limits import Limits, NamedParts, usual_limits
from mmn_live.types import NONE_LABEL, BaselineProgress, FloatArray, Prediction, Window

SHORTEST_S = 5.0
"""A baseline shorter than this holds too few independent windows to say anything."""

LEAST_STILL_BELOW, MOST_STILL_BELOW = 0.01, 0.04
"""Between these the still gate may be set: less would let every breath pass, and a small nod shows 0.044."""

MARGIN = 0.1
"""How far above its probability at rest a class's threshold has to be."""

HIGHEST_THRESHOLD = 0.95
"""A class is never silenced altogether."""

_HALF_WIDTHS = 6.0  # for a normal distribution, 4 standard deviations above the centre
_LEAST_SHARE = 1 / 3
_LEAST_WINDOWS = 10
_ROUNDING_S = 1e-9
_WORTH_SAYING = 0.1
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True)
class RestingMotion:
    """Quantiles of the motion of the observed windows, in shoulder widths; `moved` the share of them beyond rest."""

    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    max: float
    moved: float


@dataclass(frozen=True)
class RestingClass:
    """The probability of a class or body part over the windows of rest, and its threshold.

    It is 0 in windows that the new still gate holds back.
    """

    label: str
    mean: float
    q95: float
    q99: float
    threshold: float


@dataclass(frozen=True)
class Baseline:
    """What was measured of one person, and the limits that follow.

    `start_s` and `end_s` are the stretch on its session's clock, `observed_s` the part of it that the `windows` cover.
    `model` is the SHA-256 of the checkpoint that was asked, `threshold` the one asked for then. `kept_in` is the file
    that it was read from; empty where it was measured in this session. `parts` are the body parts, with the threshold
    asked for them, where the model names any.
    """

    person_id: int
    start_s: float
    end_s: float
    observed_s: float
    windows: int
    motion: RestingMotion
    still_below: float
    model: str
    threshold: float
    classes: tuple[RestingClass, ...]
    kept_in: str = ""
    parts: tuple[RestingClass, ...] = ()
    part_threshold: float = 0.0

    def limits(self, labels: Sequence[str], threshold: float, model: str, parts: NamedParts | None = None) -> Limits:
        """The limits for this person under a `threshold` asked for now, and that of the `parts` which are named now.

        Probabilities at rest are one network's: for another `model` only the still gate is of use.
        """
        usual = usual_limits(len(labels), threshold, parts)
        if model != self.model:
            return replace(usual, still_below=self.still_below)
        return Limits(
            self.still_below,
            _raised(labels, usual.thresholds, self.classes),
            _raised(parts.names if parts else (), usual.part_thresholds, self.parts),
        )

    @property
    def summary(self) -> str:
        """What was found, in one line."""
        asked = [(each, self.threshold) for each in self.classes] + [(each, self.part_threshold) for each in self.parts]
        raised = [f"{each.label} {each.threshold:.2f}" for each, threshold in asked if each.threshold > threshold]
        kept = " (the most it may be: a nod hardly shows more)" if self.still_below >= MOST_STILL_BELOW else ""
        origin = f" (kept in {self.kept_in})" if self.kept_in else ""
        moved = f", moving in {self.motion.moved:.0%} of it" if self.motion.moved >= _WORTH_SAYING else ""
        return (
            f"baseline of person {self.person_id}{origin}: {self.observed_s:.0f} s observed{moved}, still below "
            f"{self.still_below:.4f} shoulder widths{kept}; thresholds raised: {', '.join(raised) or 'none'}"
        )


@dataclass(frozen=True)
class NoBaseline:
    """A stretch in which too little was seen to measure anything: recognition goes on with the usual limits."""

    person_id: int
    start_s: float
    end_s: float
    observed_s: float
    seconds: float

    @property
    def summary(self) -> str:
        """What is missing, in one line."""
        return (
            f"no baseline of person {self.person_id}: {self.observed_s:.1f} s of {self.seconds:g} s were observed, "
            "a third is needed; the usual limits are used. Measure again with the person at rest in view."
        )


class BaselineMeter:
    """A stage: one person's windows and what the network says of them in, a baseline out once `seconds` have passed.

    Time runs from the first window in which the person is observed. The network has to be asked about every window,
    still or not (`Limits.never_still`), so that its answers at rest are known.
    """

    def __init__(
        self,
        labels: Sequence[str],
        layout: Layout,
        seconds: float,
        threshold: float,
        model: str,
        person_id: int,
        parts: NamedParts | None = None,
    ) -> None:
        self._labels = tuple(labels)
        self._layout = layout
        self._seconds = seconds
        self._threshold = threshold
        self._model = model
        self._person_id = person_id
        self._parts = parts
        self._start_s: float | None = None
        self._now_s = 0.0
        self._seen_until_s = 0.0
        self._observed_s = 0.0
        self._motions: list[float] = []
        self._probabilities: list[FloatArray] = []

    def process(self, window: Window, prediction: Prediction) -> Baseline | NoBaseline | None:
        """Take one window; the result with the window that completes it, None before."""
        self._now_s = window.end_s
        if gate(window, self._layout, still_below=0.0) is None:
            self._observe(window, prediction)
        if self._start_s is None or self._now_s < self._start_s + self._seconds - _ROUNDING_S:
            return None
        return self._result(self._start_s)

    @property
    def progress(self) -> BaselineProgress:
        """How far it is; 0 s as long as the person was not observed at all."""
        done_s = 0.0 if self._start_s is None else self._now_s - self._start_s
        return BaselineProgress(self._person_id, done_s, self._seconds)

    def flush(self) -> NoBaseline:
        """What there is to say at the end of a run that ended first: not enough."""
        start_s = self._now_s if self._start_s is None else self._start_s
        return NoBaseline(self._person_id, start_s, self._now_s, self._observed_s, self._seconds)

    def _observe(self, window: Window, prediction: Prediction) -> None:
        if self._start_s is None:
            self._start_s = self._seen_until_s = window.start_s
        self._observed_s += window.end_s - max(window.start_s, self._seen_until_s)
        self._seen_until_s = window.end_s
        self._motions.append(motion(window, self._layout))
        self._probabilities.append(prediction.probabilities)

    def _result(self, start_s: float) -> Baseline | NoBaseline:
        if self._observed_s < _LEAST_SHARE * self._seconds or len(self._motions) < _LEAST_WINDOWS:
            return self.flush()
        motions = np.array(self._motions)
        rest_until = rest_limit(motions)
        still_below = float(np.clip(rest_until, LEAST_STILL_BELOW, MOST_STILL_BELOW))
        rest = motions <= rest_until
        # (N, C): the network's answers at rest, 0 in windows that the new gate holds back.
        said = (np.stack(self._probabilities).astype(float) * (motions >= still_below)[:, None])[rest]
        quantiles = (float(value) for value in np.quantile(motions, _QUANTILES))
        return Baseline(
            person_id=self._person_id,
            start_s=start_s,
            end_s=self._now_s,
            observed_s=self._observed_s,
            windows=len(motions),
            motion=RestingMotion(*quantiles, moved=float(1 - rest.mean())),
            still_below=still_below,
            model=self._model,
            threshold=self._threshold,
            classes=_at_rest(self._labels, said, self._threshold),
            **self._of_parts(said),
        )

    def _of_parts(self, said: np.ndarray) -> dict[str, Any]:
        if self._parts is None:
            return {}
        threshold = self._parts.threshold
        of_parts = np.minimum(said @ self._parts.members.T, 1.0)  # a sum may be more by its rounding
        found = _at_rest(self._parts.names, of_parts, threshold)
        return {"parts": found, "part_threshold": threshold}


def rest_limit(motions: np.ndarray) -> float:
    """The motion, in shoulder widths, at which rest ends, of windows with `motions` (N,)."""
    ordered = np.sort(motions)
    half = len(ordered) // 2 + 1
    widths = ordered[half - 1 :] - ordered[: len(ordered) - half + 1]
    first = int(widths.argmin())
    low, high = ordered[first], ordered[first + half - 1]
    return float((low + high) / 2 + _HALF_WIDTHS * (high - low) / 2)


def _at_rest(names: Sequence[str], said: np.ndarray, asked: float) -> tuple[RestingClass, ...]:
    """What rest asks for, from probabilities (N, names) in windows of rest and the threshold that was asked for."""
    means, (q95s, q99s) = said.mean(axis=0), np.quantile(said, (0.95, 0.99), axis=0)
    found = [
        RestingClass(name, float(mean), float(q95), float(q99), asked)
        for name, mean, q95, q99 in zip(names, means, q95s, q99s, strict=True)
    ]
    return tuple(replace(each, threshold=_threshold(asked, each)) for each in found)


def _raised(names: Sequence[str], asked: Sequence[float], resting: Sequence[RestingClass]) -> tuple[float, ...]:
    """The thresholds of those names, raised for those that are known at rest."""
    known = {each.label: each for each in resting}
    pairs = zip(names, asked, strict=True)
    return tuple(_threshold(value, known[name]) if name in known else value for name, value in pairs)


def _threshold(asked: float, resting: RestingClass) -> float:
    """The threshold of a class or part for somebody with these probabilities at rest; "none" needs none."""
    if resting.label == NONE_LABEL or resting.q95 + MARGIN <= asked:
        return asked
    return max(asked, min(resting.q99 + MARGIN, HIGHEST_THRESHOLD))
