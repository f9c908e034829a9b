"""Videos as MediaPipe sees them, with the truth about them: watched once, then kept as skeletons.

Watching costs some 60 ms a frame; what follows, from skeletons to events, is done anew for every checkpoint. A cache
folder holds one folder a video with the skeletons of `recording/`, named after what they depend on: script or the
file's content, rate, size, layout, and the versions of this program and MediaPipe. Joints are derived anew from the
landmarks kept. Changed code of `actor/`, or of what finds landmarks in `pose/`, is not noticed within one version:
empty it then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mmn_live import __version__
from mmn_live.actor.perform import perform
from mmn_live.actor.script import Script
from mmn_live.errors import UsageError
from mmn_live.joints import Layout
from mmn_live.pose import ModelFiles, PoseEstimator, in_layout
from mmn_live.recording.skeletons import SkeletonWriter, read_people
from mmn_live.sources import Source, VideoSource
from mmn_live.sources.demo import DemoSource
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.held_out import Seeds, action_scripts, empty_scripts, quiet_scripts
from mmn_live.training.scoring import Truth
from mmn_live.training.seeds import EVALUATION_SEED
from mmn_live.types import Gap, People

KINDS = ("actions", "quiet", "empty")
FPS = 15.0
SIZE = (640, 480)

_QUIET_VIDEOS, _EMPTY_VIDEOS = 6, 1


@dataclass(frozen=True)
class Video:
    """Something to watch: a script of the actor or a file. `kind` is one of KINDS; figures are spread over groups."""

    what: Script | Path
    kind: str
    group: int
    truths: tuple[Truth, ...]
    duration_s: float

    @property
    def name(self) -> str:
        """The file's name, or the view and seed of the actor."""
        return self.what.name if isinstance(self.what, Path) else f"{self.what.view}-{self.what.seed}"

    def open(self) -> Source:
        """Its frames, rendered or decoded."""
        if isinstance(self.what, Path):
            return VideoSource(self.what)
        return DemoSource(self.what, size=SIZE, fps=FPS, pace=False)


@dataclass(frozen=True)
class Watched:
    """A video and everybody in each of its frames."""

    video: Video
    people: tuple[People, ...]


def held_out_videos(count: int, groups: int, seed: int = 0) -> list[Video]:
    """In each group `count` videos of actions, and three minutes of quiet behaviour and an empty room beside them."""
    videos: list[Video] = []
    for group in range(groups):
        seeds = (EVALUATION_SEED, seed, group)
        videos += acted_videos(group, seeds, count, _QUIET_VIDEOS, _EMPTY_VIDEOS)
    return videos


def acted_videos(group: int, seeds: Seeds, actions: int, quiet: int, empty: int) -> list[Video]:
    """So many videos of each kind."""
    scripts = {
        "actions": action_scripts(actions, seeds),
        "quiet": quiet_scripts(quiet, seeds),
        "empty": empty_scripts(empty, seeds),
    }
    return [acted(script, kind, group) for kind in KINDS for script in scripts[kind]]


def acted(script: Script, kind: str, group: int) -> Video:
    """A script as a video to watch."""
    labels = perform(script, np.zeros(1)).labels
    truths = tuple(_truth(label.onset_s, label.offset_s, (label.name,)) for label in labels)
    return Video(script, kind, group, truths, script.duration_s)


def videos_in(folder: Path) -> list[Video]:
    """The labelled clips of a folder, in one group; where nothing has a name it is quiet. See `read_index`."""
    videos: list[Video] = []
    for file, truths in read_index(folder):
        with VideoSource(folder / file) as source:
            length_s = source.info.duration_s
        duration_s = length_s or max((truth.offset_s for truth in truths), default=0.0)
        videos.append(Video(folder / file, "actions" if truths else "quiet", 0, tuple(truths), duration_s))
    return videos


def read_index(folder: Path) -> list[tuple[str, list[Truth]]]:
    """Clips of `folder`/index.json: {"clips": [{"file", "segments": [{"t0", "t1", "label_ids"}]}]}, ids of MA-52.

    A segment without ids is one in which nothing has a name. Raises UsageError where the index is missing or different.
    """
    names = {label.id: label.name for label in taxonomy_named("ma52").labels}
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        return [
            (
                str(clip["file"]),
                [
                    _truth(float(part["t0"]), float(part["t1"]), tuple(names[number] for number in part["label_ids"]))
                    for part in clip["segments"]
                    if part["label_ids"]
                ],
            )
            for clip in index["clips"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{folder} holds no index.json of labelled clips ({error!r}): write one as "
            '{"clips": [{"file": "a.mp4", "segments": [{"t0": 1.0, "t1": 2.5, "label_ids": [9]}]}]}'
        ) from error


def check_label_set(taxonomy: str) -> None:
    """Raises UsageError for a model of another label set than that of the videos, MA-52."""
    if taxonomy != "ma52":
        raise UsageError(f"the model names labels of {taxonomy}, the videos hold those of ma52: use another model")


def _truth(onset_s: float, offset_s: float, names: tuple[str, ...]) -> Truth:
    taxonomy = taxonomy_named("ma52")
    parts = dict.fromkeys(taxonomy.label(name).body_part for name in names)
    return Truth(onset_s, offset_s, names, tuple(parts))


def watched(
    videos: Iterable[Video], layout: Layout, models: Callable[[], ModelFiles], cache: Path | None = None
) -> Iterator[Watched]:
    """Each video and who is in it, from the cache where it is known; `models` is asked for once something is not.

    Raises UsageError where the cache cannot be a folder.
    """
    if cache is not None:
        _make(cache)
    for video in videos:
        if cache is None:
            with TemporaryDirectory(prefix="mmn-live-") as folder:
                yield _kept(video, layout, models, Path(folder))
        else:
            yield _kept(video, layout, models, cache)


def _make(cache: Path) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"no skeletons can be kept in {cache} ({error.strerror}): choose another folder") from error


def _kept(video: Video, layout: Layout, models: Callable[[], ModelFiles], cache: Path) -> Watched:
    folder = cache / _key(video, layout)
    if not folder.exists():
        _watch(video, layout, models(), folder)
    with video.open() as source:
        size = source.info.width, source.info.height
    return Watched(video, tuple(in_layout(people, layout, *size) for people in read_people(folder, layout.size)))


def _watch(video: Video, layout: Layout, models: ModelFiles, folder: Path) -> None:
    """Write what MediaPipe sees as `folder`, which is there only when it is whole; two may do so at the same time."""
    with TemporaryDirectory(dir=folder.parent, prefix="unfinished-") as place:
        unfinished = Path(place) / "seen"
        unfinished.mkdir()
        with (
            video.open() as source,
            PoseEstimator(layout, models) as estimator,
            SkeletonWriter(unfinished, layout.size) as writer,
        ):
            for item in source:
                if not isinstance(item, Gap):  # neither a file nor the actor is ever away
                    writer.write(estimator.process(item))
        if not folder.exists():
            unfinished.replace(folder)


def _key(video: Video, layout: Layout) -> str:
    what = (
        hashlib.sha256(video.what.read_bytes()).hexdigest()
        if isinstance(video.what, Path)
        else {"script": asdict(video.what), "fps": FPS, "size": SIZE}
    )
    depends_on = [what, layout.name, __version__, version("mediapipe")]
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:24]
