"""From a window to a prediction."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np

from mmn_live.checkpoints import Checkpoint
from mmn_live.decisions import weighed
from mmn_live.joints import Layout
from mmn_live.models import Preprocessing
from mmn_live.recognition.backend import Backend, choose_device
from mmn_live.recognition.fusion import fused
from mmn_live.recognition.gates import gate
from mmn_live.recognition.limits import Limits, named_parts, usual_limits
from mmn_live.recognition.smoothing import Smoother
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import NONE_LABEL, BoolArray, FloatArray, Prediction, State, Window

Normaliser = Callable[[Window, Layout, Preprocessing], FloatArray]

SMOOTHED_WINDOWS = 3


@dataclass(frozen=True)
class Asked:
    """A window after the gates and the network, before anything was decided about it.

    `possible` (C,) bool: classes whose joints were observed. Where a gate answered, `gated` says what and `logits` is
    None; else they are (C,), or (C + P + 1,) with P body parts.
    """

    start_s: float
    end_s: float
    person_id: int
    possible: BoolArray
    gated: State | None
    logits: FloatArray | None
    due_s: float | None = None


class Recogniser:
    """A stage: windows in, one prediction each out; each person has a smoother of their own.

    `normalise` is `mmn_live.windows.normalise`, handed in because rooms do not import one another. A class is named
    from a smoothed probability of `threshold` on, the model's own where that is None; where none is, a body part is
    whose classes together are probable enough, if the model names body parts: from the model's own threshold for them
    on, or from a stricter `threshold`. Probabilities are compared with them after "none" was given more weight by
    `caution`, the model's own where that is None. `draw_limits` gives a person a still gate and thresholds of their
    own. Raises UsageError for a threshold that is no probability, DeviceError for an absent device.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        normalise: Normaliser,
        *,
        device: str = "auto",
        threshold: float | None = None,
        caution: float | None = None,
    ) -> None:
        self._labels = checkpoint.labels
        self._config = checkpoint.config
        self._taxonomy = taxonomy_named(checkpoint.taxonomy)
        self._normalise = normalise
        self._decisions = checkpoint.decisions
        self._parts = self._taxonomy.parts_of(self._labels)
        asked = self._decisions.threshold if threshold is None else threshold
        self._caution = self._decisions.caution if caution is None else caution
        self._named_parts = named_parts(checkpoint, asked)
        self._usual = usual_limits(len(self._labels), asked, self._named_parts)
        self._limits: dict[int, Limits] = {}
        self._backend = Backend(checkpoint, choose_device(device))
        self._smoothers: defaultdict[int, Smoother] = defaultdict(lambda: Smoother(SMOOTHED_WINDOWS))

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def process(self, window: Window) -> Prediction:
        """What one window shows."""
        return self.process_all([window])[0]

    def process_all(self, windows: Sequence[Window]) -> list[Prediction]:
        """What the windows of several people at one time show; the network is asked about all of them at once."""
        begun_s = time.perf_counter()
        found = [self.decide(asked) for asked in self.ask(windows)]
        latency_ms = 1000 * (time.perf_counter() - begun_s)
        return [replace(prediction, latency_ms=latency_ms) for prediction in found]

    def ask(self, windows: Sequence[Window]) -> list[Asked]:
        """What the gates and the network say of windows, of whatever people and times: no decision is in it."""
        possible = [self._taxonomy.possible(self._labels, window.observed) for window in windows]
        gates = [self._gate(*pair) for pair in zip(windows, possible, strict=True)]
        answers = iter(self._logits([window for window, gated in zip(windows, gates, strict=True) if gated is None]))
        return [
            Asked(
                window.start_s,
                window.end_s,
                window.person_id,
                observed,
                gated,
                None if gated else next(answers),
                window.due_s,
            )
            for window, observed, gated in zip(windows, possible, gates, strict=True)
        ]

    def decide(self, asked: Asked) -> Prediction:
        """What follows from that under the model's decisions and the person's limits; in the order of time."""
        if asked.logits is None:
            self._smoothers.pop(asked.person_id, None)
            probabilities = np.zeros(len(self._labels), np.float32)
        else:
            fresh = fused(asked.logits[None], self._parts, self._decisions, asked.possible[None])[0]
            probabilities = self._smoothers[asked.person_id].process(fresh, asked.possible)
        limits = self._limits.get(asked.person_id, self._usual)
        state = asked.gated or self._state(weighed(probabilities, self._labels, self._caution), limits)
        span = asked.start_s, asked.end_s
        return Prediction(*span, state, probabilities, asked.possible, 0.0, asked.person_id, asked.due_s)

    def draw_limits(self, person_id: int, limits: Limits) -> None:
        """Use these limits for that person from the next window on."""
        self._limits[person_id] = limits

    def reset(self) -> None:
        """Forget the windows so far: after a gap, nothing continues."""
        self._smoothers.clear()

    def close(self) -> None:
        """Forget everything. Idempotent."""
        self.reset()

    def _names(self, possible: BoolArray) -> bool:
        """Whether there is a possible class beside "none"."""
        return any(
            is_possible and label != NONE_LABEL for label, is_possible in zip(self._labels, possible, strict=True)
        )

    def _gate(self, window: Window, possible: BoolArray) -> State | None:
        """Why the network need not be asked about the window, if so."""
        limits = self._limits.get(window.person_id, self._usual)
        state = gate(window, self._taxonomy.layout, limits.still_below)
        return State.UNOBSERVED if state is None and not self._names(possible) else state

    def _logits(self, windows: Sequence[Window]) -> FloatArray:
        """What the network says of the windows (B, C), or (B, C + P + 1) with P body parts."""
        if not windows:
            return np.zeros((0, len(self._labels)), np.float32)
        layout, preprocessing = self._taxonomy.layout, self._config.preprocessing
        inputs = np.stack([self._normalise(window, layout, preprocessing) for window in windows])
        return self._backend.logits(inputs, np.stack([window.index_t for window in windows]))

    def _state(self, probabilities: FloatArray, limits: Limits) -> State:
        top = int(probabilities.argmax())
        is_none = self._labels[top] == NONE_LABEL
        if not is_none and probabilities[top] >= limits.thresholds[top]:
            return State.ACTION
        if self._names_a_part(probabilities, limits):
            return State.PART
        return State.NONE if is_none else State.UNSURE

    def _names_a_part(self, probabilities: FloatArray, limits: Limits) -> bool:
        """Whether the most probable body part is so beyond its threshold, and beyond "none"."""
        if self._named_parts is None or not limits.part_thresholds:
            return False
        of_parts = self._named_parts.members @ probabilities
        best = int(of_parts.argmax())
        return bool(of_parts[best] >= limits.part_thresholds[best] and of_parts[best] > 1 - of_parts.sum())
