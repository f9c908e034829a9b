"""A participant's baseline: the still gate and the thresholds that rest asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.recognition.baseline import (
    HIGHEST_THRESHOLD,
    LEAST_STILL_BELOW,
    MARGIN,
    MOST_STILL_BELOW,
    Baseline,
    BaselineMeter,
    NoBaseline,
    rest_limit,
)
from mmn_live.recognition.baseline_file import baseline_entry, read_baseline
from mmn_live.recognition.gates import STILL_BELOW, gate, motion
from mmn_live.recognition.limits import NamedParts
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Prediction, State, Window

LABELS = ("nodding", "waving", "none")
HEAD = [MA52.index(name) for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]
STRIDE_S, WINDOW_S, SECONDS = 0.2, 2.0, 12.0
CLEAN, NOISY = 0.006, 0.012  # jitter in shoulder widths: of the second, the usual gate says that it moves
Resting = Callable[..., Window]


def _windows(resting: Resting, jitter: float, seconds: float = SECONDS, first_s: float = 0.0) -> list[Window]:
    """Somebody at rest for so long, at every stride."""
    count = round((seconds - WINDOW_S) / STRIDE_S) + 1
    starts = first_s + STRIDE_S * np.arange(count)
    return [
        replace(resting(seed=seed, jitter=jitter, tip_jitter=2 * jitter), start_s=start_s, end_s=start_s + WINDOW_S)
        for seed, start_s in enumerate(starts.tolist())
    ]


def _nodding(window: Window, height: float) -> Window:
    joints = window.joints.copy()
    joints[:, HEAD, 1] += window.scale_px * height * (1 - np.cos(np.linspace(0, 2 * np.pi, 64)))[:, None] / 2
    return replace(window, joints=joints)


def _prediction(window: Window, probabilities: Sequence[float]) -> Prediction:
    values = np.array(probabilities, np.float32)
    return Prediction(window.start_s, window.end_s, State.NONE, values, np.ones(3, bool), 1.0)


def _meter(seconds: float = SECONDS, threshold: float = 0.5) -> BaselineMeter:
    return BaselineMeter(LABELS, MA52, seconds, threshold, "abc", person_id=1)


def _at_ease(_: int) -> Sequence[float]:
    return (0.1, 0.1, 0.8)


def _measured(
    windows: Sequence[Window], said: Callable[[int], Sequence[float]] = _at_ease, threshold: float = 0.5
) -> Baseline:
    meter = _meter(threshold=threshold)
    results = [meter.process(window, _prediction(window, said(i))) for i, window in enumerate(windows)]
    assert results[:-1] == [None] * (len(windows) - 1)
    assert isinstance(results[-1], Baseline)
    return results[-1]


def test_a_jittery_participant_is_still_with_the_baseline_and_not_without(resting: Resting) -> None:
    windows = _windows(resting, NOISY)
    baseline = _measured(windows)
    later = [resting(seed=seed, jitter=NOISY, tip_jitter=2 * NOISY) for seed in range(1000, 1050)]
    assert sum(gate(window, MA52) is State.STILL for window in later) < 5
    assert all(gate(window, MA52, baseline.still_below) is State.STILL for window in later)
    assert gate(_nodding(later[0], 0.1), MA52, baseline.still_below) is None


def test_a_quiet_participant_gets_a_lower_gate(resting: Resting) -> None:
    baseline = _measured(_windows(resting, CLEAN / 3))
    assert LEAST_STILL_BELOW <= baseline.still_below < STILL_BELOW


def test_what_was_measured_is_told(resting: Resting) -> None:
    windows = _windows(resting, CLEAN)
    baseline = _measured(windows)
    motions = [motion(window, MA52) for window in windows]
    assert (baseline.person_id, baseline.windows, baseline.model) == (1, len(windows), "abc")
    assert (baseline.start_s, baseline.end_s, baseline.observed_s) == pytest.approx((0, SECONDS, SECONDS))
    assert baseline.motion.q50 == pytest.approx(np.median(motions))
    assert baseline.motion.max == max(motions)


def test_a_cough_and_a_shift_leave_the_gate_where_it_was(resting: Resting) -> None:
    calm = _windows(resting, CLEAN)
    restless = [_nodding(window, 0.5) if 10 <= i < 20 else window for i, window in enumerate(calm)]
    assert _measured(restless).still_below == pytest.approx(_measured(calm).still_below, rel=0.25)


@pytest.mark.parametrize(("jitter", "expected"), [(1e-4, LEAST_STILL_BELOW), (0.1, MOST_STILL_BELOW)])
def test_the_gate_stays_between_its_ends(resting: Resting, jitter: float, expected: float) -> None:
    assert _measured(_windows(resting, jitter)).still_below == expected


def test_rest_ends_four_deviations_above_the_centre_of_normal_noise() -> None:
    motions = np.random.default_rng(0).normal(0.015, 0.002, 20_000)
    assert rest_limit(motions) == pytest.approx(0.015 + 4.05 * 0.002, abs=4e-4)


def test_a_class_that_fires_at_rest_is_raised_and_the_others_are_not(resting: Resting) -> None:
    restless = [_nodding(window, 0.3) for window in _windows(resting, NOISY)]
    fires = _measured(restless, lambda i: (0.6 if i % 2 else 0.1, 0.1, 0.3))
    limits = fires.limits(LABELS, 0.5, "abc")
    assert limits.thresholds == pytest.approx((0.6 + MARGIN, 0.5, 0.5))
    assert "nodding 0.70" in fires.summary
    assert fires.limits(LABELS, 0.8, "abc").thresholds == (0.8, 0.8, 0.8)
    assert fires.limits(LABELS, 0.5, "another").thresholds == (0.5, 0.5, 0.5)
    assert fires.limits(("waving", "new", "nodding"), 0.5, "abc").thresholds == pytest.approx((0.5, 0.5, 0.7))


def test_no_class_is_silenced_altogether_and_none_is_left_alone(resting: Resting) -> None:
    restless = [_nodding(window, 0.3) for window in _windows(resting, NOISY)]
    assert _measured(restless, lambda _: (0.99, 0, 0.01)).limits(LABELS, 0.5, "abc").thresholds[0] == HIGHEST_THRESHOLD
    assert _measured(restless, lambda _: (0, 0, 1)).limits(LABELS, 0.5, "abc").thresholds == (0.5,) * 3
    sure = _measured(restless, lambda _: (0.99, 0, 0.01), threshold=0.97)
    assert sure.limits(LABELS, 0.97, "abc").thresholds[0] == 0.97


def test_what_the_new_gate_holds_back_raises_nothing(resting: Resting) -> None:
    baseline = _measured(_windows(resting, NOISY), lambda _: (0.9, 0.05, 0.05))
    assert baseline.limits(LABELS, 0.5, "abc").thresholds == (0.5, 0.5, 0.5)


def test_actions_during_rest_raise_nothing_and_are_told(resting: Resting) -> None:
    """They are what is to be recognised later. The rest itself fires too: that class is raised."""
    trembling = [_nodding(window, 0.1) for window in _windows(resting, CLEAN)]
    acting = [_nodding(window, 0.6) if 10 <= i < 25 else window for i, window in enumerate(trembling)]
    baseline = _measured(acting, lambda i: (0.95, 0.05, 0) if 10 <= i < 25 else (0.05, 0.6, 0.35))
    assert baseline.limits(LABELS, 0.5, "abc").thresholds == pytest.approx((0.5, 0.7, 0.5))
    assert baseline.motion.moved == pytest.approx(15 / 51)
    assert "moving in 29% of it" in baseline.summary


def test_time_runs_from_the_first_sight_of_the_person(resting: Resting) -> None:
    meter, (some, *_) = _meter(), _windows(resting, CLEAN)
    for number in range(50):
        empty = replace(some, start_s=0.2 * number, end_s=2 + 0.2 * number, presence=0.0)
        assert meter.process(empty, _prediction(empty, (0, 0, 0))) is None
    assert meter.progress.done_s == 0
    results = [meter.process(w, _prediction(w, (0, 0, 1))) for w in _windows(resting, CLEAN, first_s=10.0)]
    assert isinstance(results[-1], Baseline)
    assert (results[-1].start_s, results[-1].end_s) == pytest.approx((10, 10 + SECONDS))
    assert meter.progress.done_s == pytest.approx(SECONDS)


def test_too_little_observation_gives_no_baseline(resting: Resting) -> None:
    """A third is needed: 4 s of 12."""
    windows = _windows(resting, CLEAN)
    meter = _meter()
    unseen = [replace(window, presence=0.0) if i >= 9 else window for i, window in enumerate(windows)]
    result = [meter.process(window, _prediction(window, (0, 0, 1))) for window in unseen][-1]
    assert isinstance(result, NoBaseline)
    assert result.observed_s == pytest.approx(3.6)
    assert "3.6 s of 12 s" in result.summary


def test_a_run_that_ends_first_gives_no_baseline(resting: Resting) -> None:
    meter = _meter(60.0)
    for window in _windows(resting, CLEAN):
        meter.process(window, _prediction(window, (0, 0, 1)))
    result = meter.flush()
    assert (result.end_s, result.observed_s, result.seconds) == pytest.approx((SECONDS, SECONDS, 60))


def test_rest_that_a_body_part_would_be_named_in_raises_its_threshold(resting: Resting, tmp_path: Path) -> None:
    """Neither class is near its threshold, but both are of the head."""
    labels = ("nodding", "turning head", "none")
    taxonomy = taxonomy_named("ma52")
    parts = NamedParts(taxonomy.body_parts, taxonomy.members(labels), 0.6)
    meter = BaselineMeter(labels, MA52, SECONDS, 0.6, "abc", 1, parts)
    windows = _windows(resting, 0.04)
    outcome = [meter.process(window, _prediction(window, (0.38, 0.34, 0.28))) for window in windows][-1]
    assert isinstance(outcome, Baseline)
    limits = outcome.limits(labels, 0.6, "abc", parts)
    assert limits.thresholds == (0.6,) * 3
    assert dict(zip(parts.names, limits.part_thresholds, strict=True)) == pytest.approx(
        {part: 0.72 + MARGIN if part == "head" else 0.6 for part in parts.names}
    )
    assert "head 0.82" in outcome.summary
    assert outcome.limits(labels, 0.6, "another", parts).part_thresholds == (0.6,) * len(parts.names)
    assert outcome.limits(labels, 0.6, "abc").part_thresholds == ()
    path = tmp_path / "kept.json"
    path.write_text(json.dumps(baseline_entry(outcome)), encoding="utf-8")
    assert read_baseline(path) == replace(outcome, kept_in=str(path))


def test_a_baseline_of_an_older_version_knows_no_body_parts(kept: Baseline, tmp_path: Path) -> None:
    entry = {name: value for name, value in baseline_entry(kept).items() if not name.startswith("part")}
    (tmp_path / "old.json").write_text(json.dumps(entry), encoding="utf-8")
    assert read_baseline(tmp_path / "old.json").parts == ()


@pytest.fixture
def kept(resting: Resting) -> Baseline:
    return _measured(_windows(resting, NOISY), lambda i: (0.6 + 0.001 * i, 0.1, 0.3 - 0.001 * i))


def test_a_kept_baseline_is_read_back_as_it_was(kept: Baseline, tmp_path: Path) -> None:
    entry = baseline_entry(kept)
    for name, content in {"one.json": entry, "many.json": [entry], "session.json": {"baseline": [entry]}}.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        assert read_baseline(tmp_path / name) == replace(kept, kept_in=str(tmp_path / name))
    assert read_baseline(tmp_path) == replace(kept, kept_in=str(tmp_path / "session.json"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("still_below", "wide", "still_below is 'wide'"),
        ("still_below", 0, "still_below is 0"),
        ("threshold", 1.5, "threshold is 1.5, but it is a number from 0 to 1"),
        ("windows", 2.5, "windows is 2.5"),
        ("model", None, "model is None"),
        ("motion", [], r"motion is \[\]"),
        ("classes", {}, "classes is {}"),
        ("classes", [{"label": "nodding", "mean": float("nan")}], "mean is nan"),
        ("format", 2, "format is 2, but this version reads 1"),
        ("measured", False, "holds no measured baseline"),
    ],
)
def test_a_damaged_baseline_is_refused_with_its_value(
    kept: Baseline, tmp_path: Path, name: str, value: object, said: str
) -> None:
    path = tmp_path / "kept.json"
    path.write_text(json.dumps({**baseline_entry(kept), name: value}), encoding="utf-8")
    with pytest.raises(UsageError, match=f"{said}.*--baseline 60"):
        read_baseline(path)


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"format": 1, "meas', encoding="utf-8")
    (tmp_path / "session.json").write_text('{"format": 1, "ended": "running"}', encoding="utf-8")
    for path, said in (
        (tmp_path / "cut.json", "is not JSON"),
        (tmp_path, "holds no"),
        (tmp_path / "no", "No such file"),
    ):
        with pytest.raises(UsageError, match=f"{said}.*--baseline 60"):
            read_baseline(path)
