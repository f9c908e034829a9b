"""From a window to a prediction."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from types import TracebackType

import numpy as np

from mmn_live.checkpoints import Checkpoint
from mmn_live.joints import Layout
from mmn_live.models import Preprocessing
from mmn_live.recognition.backend import Backend, choose_device
from mmn_live.recognition.gates import gate
from mmn_live.recognition.limits import Limits, usual_limits
from mmn_live.recognition.smoothing import Smoother
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import NONE_LABEL, BoolArray, FloatArray, Prediction, State, Window

Normaliser = Callable[[Window, Layout, Preprocessing], FloatArray]

_SMOOTHED_WINDOWS = 3


class Recogniser:
    """A stage: windows in, one prediction each out.

    `normalise` is `mmn_live.windows.normalise`, handed in because rooms do not import one another. A class is named
    from a smoothed probability of `threshold` on; `none_bias` is added to the logit of "none" and trades false alarms
    for missed actions; `draw_limits` gives a person a still gate and thresholds of their own. Raises UsageError for a
    threshold that is no probability, DeviceError for an absent device.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        normalise: Normaliser,
        *,
        device: str = "auto",
        threshold: float = 0.5,
        none_bias: float = 0.0,
    ) -> None:
        self._labels = checkpoint.labels
        self._config = checkpoint.config
        self._taxonomy = taxonomy_named(checkpoint.taxonomy)
        self._normalise = normalise
        self._usual = usual_limits(len(self._labels), threshold)
        self._limits: dict[int, Limits] = {}
        self._bias = np.array([none_bias if label == NONE_LABEL else 0.0 for label in self._labels], np.float32)
        self._backend = Backend(checkpoint, choose_device(device))
        self._smoothers: defaultdict[int, Smoother] = defaultdict(lambda: Smoother(_SMOOTHED_WINDOWS))

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def process(self, window: Window) -> Prediction:
        """What the window shows."""
        begun_s = time.perf_counter()
        possible = self._taxonomy.possible(self._labels, window.observed)
        limits = self._limits.get(window.person_id, self._usual)
        state = gate(window, self._taxonomy.layout, limits.still_below)
        if state is None and not self._names(possible):
            state = State.UNOBSERVED
        if state is None:
            probabilities = self._smoothers[window.person_id].process(self._probabilities(window, possible), possible)
            state = self._state(probabilities, limits)
        else:
            probabilities = np.zeros(len(self._labels), np.float32)
            self._smoothers.pop(window.person_id, None)
        latency_ms = 1000 * (time.perf_counter() - begun_s)
        return Prediction(
            window.start_s, window.end_s, state, probabilities, possible, latency_ms, person_id=window.person_id
        )

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

    def _probabilities(self, window: Window, possible: BoolArray) -> FloatArray:
        """Softmax over the possible classes (C,), 0 for the others."""
        inputs = self._normalise(window, self._taxonomy.layout, self._config.preprocessing)
        logits = self._backend.logits(inputs, window.index_t) + self._bias
        # Masked before the exponential: a class that is out of the question may have any logit.
        masked = np.where(possible, logits, -np.inf)
        weights = np.exp(masked - masked.max())
        return (weights / weights.sum()).astype(np.float32)

    def _state(self, probabilities: FloatArray, limits: Limits) -> State:
        top = int(probabilities.argmax())
        if self._labels[top] == NONE_LABEL:
            return State.NONE
        return State.ACTION if probabilities[top] >= limits.thresholds[top] else State.UNSURE
