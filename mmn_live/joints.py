"""Joint layouts: names, drawn bones, the network's order and bones, mirror pairs.

MA-52's 44 joints are the HALPE-26 body, six of the 68 face landmarks and six points of each hand; iMiGUE's 22 are
OpenPose's upper body and the finger tips. "Data order" is the order of the data sets' files and of every
`Skeleton`; "network order" is the order in which the released networks take the joints.
"""

from __future__ import annotations

from dataclasses import dataclass

from mmn_live.errors import UsageError

Pair = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """One set of joints.

    `names` in data order; `drawn_bones` pairs to draw a line between; `network_order` the data index of each joint of
    the network's input; `bone_pairs` (a, b) with bone[a] = joint[a] - joint[b], for a network that takes bones;
    `mirror_pairs` data indices that change places when the image is mirrored.
    """

    name: str
    names: tuple[str, ...]
    drawn_bones: tuple[Pair, ...]
    network_order: tuple[int, ...]
    bone_pairs: tuple[Pair, ...]
    mirror_pairs: tuple[Pair, ...]

    @property
    def size(self) -> int:
        """Number of joints V."""
        return len(self.names)

    def index(self, name: str) -> int:
        """Data index of the joint of that name. Raises ValueError for a name the layout does not have."""
        return self.names.index(name)


def _pairs(text: str) -> tuple[Pair, ...]:
    return tuple((int(a), int(b)) for a, b in (pair.split("-") for pair in text.split()))


def _indices(text: str) -> tuple[int, ...]:
    return tuple(int(i) for i in text.split())


def _mirror_pairs(names: tuple[str, ...]) -> tuple[Pair, ...]:
    left = (name for name in names if name.startswith("left_"))
    return tuple((names.index(name), names.index("right_" + name.removeprefix("left_"))) for name in left)


_FINGERS = ("thumb_tip", "index_tip", "middle_tip", "ring_tip", "little_tip")


def _both(*parts: str) -> tuple[str, ...]:
    return tuple(f"{side}_{part}" for part in parts for side in ("left", "right"))


_MA52_NAMES = (
    "nose",
    *_both("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"),
    *("head_top", "neck", "hip_centre"),
    *_both("big_toe", "small_toe", "heel"),
    *("nose_bridge", "nose_base", "right_eye_corner", "left_eye_corner", "upper_lip", "lower_lip"),
    *("left_hand_wrist", *(f"left_{tip}" for tip in _FINGERS)),
    *("right_hand_wrist", *(f"right_{tip}" for tip in _FINGERS)),
)

MA52 = Layout(
    name="ma52",
    names=_MA52_NAMES,
    drawn_bones=_pairs(
        "17-0 0-18 18-5 18-6 5-7 7-9 6-8 8-10 5-11 6-12 11-12 11-13 13-15 12-14 14-16 15-20 15-24 16-21 16-25 "
        "26-27 28-26 29-26 30-31 32-33 32-34 32-35 32-36 32-37 38-39 38-40 38-41 38-42 38-43"
    ),
    network_order=_indices(
        "7 9 32 33 34 35 36 37 8 10 38 39 40 41 42 43 13 15 24 22 20 14 16 25 23 21 31 30 27 0 26 1 29 3 2 28 4 "
        "17 18 5 6 19 11 12"
    ),
    bone_pairs=_pairs(
        "0-17 1-29 2-28 5-7 6-8 7-9 8-10 9-32 10-38 11-13 12-14 13-15 14-16 15-24 16-25 17-18 18-19 19-12 24-22 "
        "25-23 26-2 27-0 28-4 29-3 30-27 31-30 32-37 38-43"
    ),
    mirror_pairs=_mirror_pairs(_MA52_NAMES),
)

_IMIGUE_NAMES = (
    *("nose", "neck", "right_shoulder", "right_elbow", "right_wrist"),
    *("left_shoulder", "left_elbow", "left_wrist", "right_eye", "left_eye", "right_ear", "left_ear"),
    *(f"right_{tip}" for tip in _FINGERS),
    *(f"left_{tip}" for tip in _FINGERS),
)

IMIGUE = Layout(
    name="imigue",
    names=_IMIGUE_NAMES,
    drawn_bones=_pairs(
        "0-1 1-2 2-3 3-4 1-5 5-6 6-7 0-8 0-9 8-10 9-11 4-12 4-13 4-14 4-15 4-16 7-17 7-18 7-19 7-20 7-21"
    ),
    network_order=_indices("4 12 13 14 15 16 7 17 18 19 20 21 0 8 9 10 11 1 2 5 3 6"),
    bone_pairs=_pairs("0-9 1-5 2-3 3-4 4-16 5-6 6-7 7-21 8-10 9-11"),
    mirror_pairs=_mirror_pairs(_IMIGUE_NAMES),
)

LAYOUTS = {layout.name: layout for layout in (MA52, IMIGUE)}


def layout_named(name: str) -> Layout:
    """The layout of that name. Raises UsageError for an unknown one."""
    if name not in LAYOUTS:
        raise UsageError(f"unknown joint layout {name!r}: use one of {', '.join(LAYOUTS)}")
    return LAYOUTS[name]
