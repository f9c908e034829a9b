"""Label sets: the micro-actions that data sets name, the body parts that act in them, and the joints that each needs.

The tables are `labels/*.tsv`. A class is in question only while its joints are observed: a desk that hides the legs
rules the leg classes out, whatever the network says.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from mmn_live.errors import UsageError
from mmn_live.joints import LAYOUTS, Layout
from mmn_live.types import NONE_LABEL, BoolArray, FloatArray

Needs = tuple[tuple[str, ...], ...]

NO_PART = -1
"""The part of "none": behind the last one, in a network's logits too."""


@dataclass(frozen=True)
class Label:
    """One class of a label set.

    `needs` lists groups of joint names; the class can be told while at least one joint of every group is observed.
    """

    id: int
    code: str
    name: str
    body_part: str
    definition: str
    needs: Needs


@dataclass(frozen=True)
class Taxonomy:
    """A label set and the joint layout that its data come in."""

    name: str
    layout: Layout
    labels: tuple[Label, ...]

    @property
    def body_parts(self) -> tuple[str, ...]:
        """The parts of the body that act, in the order of the labels."""
        return tuple(dict.fromkeys(label.body_part for label in self.labels))

    def part_code(self, body_part: str) -> str:
        """What the codes of a body part's labels begin with: F for F1, F2, ... Raises UsageError for another name."""
        for label in self.labels:
            if label.body_part == body_part:
                return label.code.rstrip("0123456789")
        raise UsageError(f"{body_part!r} is no body part of {self.name}: use one of {', '.join(self.body_parts)}")

    def part_of(self, name: str) -> str:
        """The body part that acts in a named class; "none" is a part of its own. Raises UsageError as `label` does."""
        return NONE_LABEL if name == NONE_LABEL else self.label(name).body_part

    def parts_of(self, names: Sequence[str]) -> NDArray[np.intp]:
        """Which of `body_parts` acts in each named class, (C,); NO_PART for "none"."""
        numbers = {part: number for number, part in enumerate(self.body_parts)}
        return np.array([numbers.get(self.part_of(name), NO_PART) for name in names], np.intp)

    def members(self, names: Sequence[str]) -> FloatArray:
        """1 where a body part acts in a named class, (P, C): this times probabilities (C,) gives those of the parts."""
        return (self.parts_of(names) == np.arange(len(self.body_parts))[:, None]).astype(np.float32)

    def label(self, name: str) -> Label:
        """The label of that name. Raises UsageError for a name this set does not have."""
        for label in self.labels:
            if label.name == name:
                return label
        raise UsageError(f"{name!r} is no label of {self.name}: `mmn-live models list` shows what a model can name")

    def possible(self, names: Sequence[str], observed: BoolArray) -> BoolArray:
        """Which of the named classes could be told from the observed joints.

        `observed` is (V,) bool in data order; the result is (len(names),) bool. "none" is always possible.
        """
        seen = {name for name, is_seen in zip(self.layout.names, observed, strict=True) if is_seen}
        return np.array([name == NONE_LABEL or _met(self.label(name).needs, seen) for name in names])


def _met(needs: Needs, seen: set[str]) -> bool:
    return all(any(joint in seen for joint in group) for group in needs)


_HEAD: Needs = (("nose",), ("left_eye", "left_ear"), ("right_eye", "right_ear"))
_SHOULDERS: Needs = (("left_shoulder",), ("right_shoulder",))
_A_WRIST: Needs = (("left_wrist", "right_wrist"),)
_BOTH_WRISTS: Needs = (("left_wrist",), ("right_wrist",))
_AN_ANKLE: Needs = (("left_ankle", "right_ankle"),)
_BOTH_KNEES: Needs = (("left_knee",), ("right_knee",))
_A_HAND: Needs = (("left_index_tip", "right_index_tip"),)
_A_KNEE: Needs = (("left_knee", "right_knee"),)

_NEEDS_BY_BODY_PART: dict[str, Needs] = {
    "body": _SHOULDERS,
    "head": _HEAD,
    "upper limb": _A_WRIST,
    "lower limb": _AN_ANKLE,
    "body-hand": (*_A_WRIST, ("left_shoulder", "right_shoulder")),
    "head-hand": (("nose",), *_A_WRIST),
    "leg-hand": (*_A_WRIST, *_A_KNEE),
}
_NEEDS_BY_CODE: dict[str, Needs] = {
    "A5": (*_SHOULDERS, ("left_hip",), ("right_hip",)),
    "C12": _A_HAND,
    "C2": _A_HAND,
    "C9": _BOTH_WRISTS,
    "C13": _BOTH_WRISTS,
    "C3": _BOTH_WRISTS,
    "E5": _BOTH_WRISTS,
    "D5": _BOTH_KNEES,
    "D6": _BOTH_KNEES,
    "G3": (*_A_WRIST, *_AN_ANKLE),
    "G4": (*_A_WRIST, *_AN_ANKLE),
}
_IMIGUE_HEAD: Needs = (("nose",), ("left_eye", "left_ear"), ("right_eye", "right_ear"))
_IMIGUE_HEAD_IDS = {0, 1, 27, 28}
_IMIGUE_TRUNK_IDS = {19, 20, 30}
_IMIGUE_FACE_TOUCH_IDS = set(range(2, 13))


def _ma52_label(row: dict[str, str]) -> Label:
    needs = _NEEDS_BY_CODE.get(row["code"], _NEEDS_BY_BODY_PART[row["body_part"]])
    return Label(int(row["id"]), row["code"], row["name"], row["body_part"], row["definition"], needs)


def _imigue_label(row: dict[str, str]) -> Label:
    label_id = int(row["id"])
    part, needs = "upper body", _A_WRIST
    if label_id in _IMIGUE_HEAD_IDS:
        part, needs = "head", _IMIGUE_HEAD
    elif label_id in _IMIGUE_TRUNK_IDS:
        part, needs = "body", _SHOULDERS
    elif label_id in _IMIGUE_FACE_TOUCH_IDS:
        part, needs = "head-hand", (("nose",), *_A_WRIST)
    return Label(label_id, f"M{label_id + 1}", row["name"], part, "", needs)


_READERS = {"ma52": _ma52_label, "imigue": _imigue_label}


@cache
def taxonomy_named(name: str) -> Taxonomy:
    """The label set of that name ("ma52" or "imigue"). Raises UsageError for an unknown one."""
    if name not in _READERS:
        raise UsageError(f"unknown label set {name!r}: use one of {', '.join(_READERS)}")
    text = (resources.files("mmn_live") / "labels" / f"{name}.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return Taxonomy(name, LAYOUTS[name], tuple(_READERS[name](row) for row in rows))
