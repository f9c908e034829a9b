"""How wide a face is against its shoulders, and how high above them, as MediaPipe sees people and the rendered actor.

    python benchmarks/public_clips.py people
    python benchmarks/faces.py people tracks [--cache seen]

A folder of clips (with index.json) gives a line a clip, a folder of rendered tracks one line. Medians over the frames
that show ears, eyes and shoulders of somebody who looks straight ahead: the shoulders' width in widths between the ears
and between the eyes, and the nose's height above the shoulders in their width. `windows/body.py` stands on it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from mmn_live.joints import MA52
from mmn_live.pose import ensure_model_files
from mmn_live.training.rendered import load_tracks
from mmn_live.training.watching import videos_in, watched
from mmn_live.types import FloatArray

_NEEDED = [MA52.index(f"{side}_{part}") for part in ("ear", "eye", "shoulder") for side in ("left", "right")]
_SURE, _LEAST_FRAMES, _STRAIGHT = 0.5, 10, 0.15


def proportions(joints: FloatArray, visibility: FloatArray) -> FloatArray | None:
    """Three medians over frames (N, V, 2) and (N, V), as above; None where too few frames show it all."""
    ears, eyes, shoulders = (joints[:, pair] for pair in np.reshape(_NEEDED, (3, 2)))
    widths = [np.hypot(*(pair[:, 0] - pair[:, 1]).T) for pair in (ears, eyes, shoulders)]
    nose = joints[:, MA52.index("nose")]
    straight = np.abs(nose[:, 0] - ears[:, :, 0].mean(1)) < _STRAIGHT * widths[0]
    shown = (visibility[:, _NEEDED] > _SURE).all(axis=1) & straight
    if shown.sum() < _LEAST_FRAMES:
        return None
    above = (shoulders[:, :, 1].mean(1) - nose[:, 1]) / widths[2]
    figures = np.stack([widths[2] / widths[0], widths[2] / widths[1], above])[:, shown]
    return np.median(figures, axis=1)


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path)
    parser.add_argument("tracks", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path, help="keep the clips' skeletons in this folder")
    arguments = parser.parse_args()
    for one in watched(videos_in(arguments.clips), MA52, ensure_model_files, arguments.cache):
        first = [people.skeletons[0] for people in one.people if people.skeletons]
        if first:
            seen = np.stack([each.joints for each in first]), np.stack([each.visibility for each in first])
            _print(one.video.name, proportions(*seen))
    if arguments.tracks:
        each = [proportions(track.joints, track.visibility) for track in load_tracks(arguments.tracks)]
        shown = [one for one in each if one is not None]
        _print(f"the actor, median of {len(shown)} tracks", np.median(shown, axis=0) if shown else None)


def _print(name: str, figures: FloatArray | None) -> None:
    if figures is None:
        print(f"{name}: too few frames show shoulders and a face that looks straight ahead")
    else:
        print(
            f"{name}: shoulders {figures[0]:.2f} ear widths, {figures[1]:.2f} eye widths, nose {figures[2]:.2f} above"
        )


if __name__ == "__main__":
    main()
