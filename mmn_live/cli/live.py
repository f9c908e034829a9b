"""`mmn-live` itself: recognise, live, from a camera, a video file or the built-in actor."""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.cli.interruption import Interruption
from mmn_live.cli.models import model_files
from mmn_live.cli.panel import Reporter, RunFacts, reporter
from mmn_live.cli.window import Key, Window, display_available
from mmn_live.overlay import guard_named
from mmn_live.pipeline import SESSION_VIDEO, KeptVideos, Pipeline, Recorder, Settings, assemble
from mmn_live.pose import ModelFiles
from mmn_live.recognition import choose_device
from mmn_live.recording import SessionWriter
from mmn_live.sources import CameraSource, Source, VideoSource
from mmn_live.sources.demo import DemoSource
from mmn_live.streams import LslOutlets
from mmn_live.taxonomy import taxonomy_named

_LIBRARIES = ("mmn-live", "torch", "mediapipe", "opencv-python", "numpy", "av")
_KEYS_EVERY_S = 0.03
_DEMO_FPS = 25.0
_DEMO_SIZE = (640, 480)


@dataclass(frozen=True)
class LiveOptions:
    """What the user asked for: one of `camera`, `video` and `script` (with `demo`), and how to look at it."""

    camera: str | None = None
    video: Path | None = None
    demo: bool = False
    script: Path | None = None
    seed: int | None = None
    size: tuple[int, int] | None = None
    fps: float | None = None
    model: str = "actor"
    settings: Settings = field(default_factory=Settings)
    record: Path | None = None
    session: Path | None = None
    keep: tuple[str, ...] = ()
    display: bool = True
    lsl: bool = False


def run_live(options: LiveOptions) -> None:
    """Recognise until the source ends, the duration is over or the user stops.

    Raises MMNLiveError for whatever cannot be done; everything recorded until then is kept.
    """
    guard_named(options.settings.privacy)
    show = options.display and display_available()
    files = model_files()
    with ExitStack() as stack:
        interruption = stack.enter_context(Interruption())
        report = stack.enter_context(reporter())
        if options.display and not show:
            report.note("No display found: running without a window, as with --no-display.")
        window = stack.enter_context(Window("mmn-live")) if show else None
        with interruption.listening():
            source = stack.enter_context(_open_source(options))
            checkpoint = load_checkpoint(options.model)
            facts = RunFacts(
                _in_words(source),
                str(choose_device(options.settings.device)),
                checkpoint.name,
                checkpoint.labels,
                options.settings.privacy,
                _body_parts(checkpoint),
            )
        pipeline = _assemble(source, files, checkpoint, options, interruption, show=show)
        try:
            with pipeline, interruption.listening():
                report.begin(facts)
                _follow(pipeline, window, report)
        except KeyboardInterrupt:
            pass
        finally:
            _conclude(pipeline, report, options)


def _assemble(
    source: Source,
    files: ModelFiles,
    checkpoint: Checkpoint,
    options: LiveOptions,
    interruption: Interruption,
    *,
    show: bool,
) -> Pipeline:
    """The run, ready to begin; where that fails or is interrupted, nothing of it stays on disk."""
    with ExitStack() as on_error:
        recorder = _open_recorder(options, source, checkpoint)
        on_error.callback(recorder.discard)
        with interruption.listening():
            pipeline = assemble(source, files, checkpoint, options.settings, recorder, show=show)
        on_error.pop_all()
    return pipeline


def _open_source(options: LiveOptions) -> Source:
    if options.video is not None:
        return VideoSource(options.video)
    if options.demo:
        size, fps = options.size or _DEMO_SIZE, options.fps or _DEMO_FPS
        return DemoSource(options.script, options.seed, size, fps)
    camera = options.camera or "0"
    return CameraSource(int(camera) if camera.isdecimal() else camera, options.size, options.fps)


def _open_recorder(options: LiveOptions, source: Source, checkpoint: Checkpoint) -> Recorder:
    """The session is claimed before its videos, which may lie in it; if one cannot be made, none of it is there."""
    outlets, session, kept = None, None, None
    video = options.record or (options.session / SESSION_VIDEO if options.session else None)
    with ExitStack() as on_error:
        if options.lsl:
            outlets = on_error.enter_context(_open_outlets(options, source, checkpoint))
        if options.session is not None:
            layout = taxonomy_named(checkpoint.taxonomy).layout
            session = SessionWriter(options.session, _facts(options, source, checkpoint), checkpoint.labels, layout)
            on_error.callback(session.discard)
            kept = KeptVideos(session, options.keep, layout)
            on_error.callback(kept.close)
        recorder = Recorder(session, video, kept, record=video is not None, outlets=outlets)
        on_error.pop_all()
    return recorder


def _open_outlets(options: LiveOptions, source: Source, checkpoint: Checkpoint) -> LslOutlets:
    """The streams; a source goes out by its kind only, for its name may be an address with a password in it."""
    session = options.session.name if options.session is not None else ""
    return LslOutlets(checkpoint.labels, model=checkpoint.name, session=session, source=source.info.kind)


def _facts(options: LiveOptions, source: Source, checkpoint: Checkpoint) -> dict[str, object]:
    """What is to be known about the run later, in session.json."""
    return {
        **versions(),
        "source": asdict(source.info),
        "model": model_facts(checkpoint),
        "settings": {
            **options.settings.facts(checkpoint),
            "device_used": str(choose_device(options.settings.device)),
            "size": options.size,
            "fps": options.fps,
            "seed": options.seed,
            "script": str(options.script) if options.script else None,
            "record": str(options.record) if options.record else None,
            "keep": list(options.keep),
        },
    }


def versions() -> dict[str, object]:
    """What a session was made with."""
    libraries = {name: _version(name) for name in _LIBRARIES}
    return {"versions": {"python": platform.python_version(), **libraries}, "platform": platform.platform()}


def model_facts(checkpoint: Checkpoint) -> dict[str, object]:
    """What is to be known about the model, to find it again."""
    return {
        "name": checkpoint.name,
        "path": str(checkpoint.path),
        "sha256": checkpoint.sha256,
        "taxonomy": checkpoint.taxonomy,
        "window_s": checkpoint.window_s,
        "config": asdict(checkpoint.config),
        "decisions": asdict(checkpoint.decisions),
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:  # OpenCV may be there under another name
        return "not installed under this name"


def _body_parts(checkpoint: Checkpoint) -> dict[str, str]:
    taxonomy = taxonomy_named(checkpoint.taxonomy)
    return {label.name: label.body_part for label in taxonomy.labels if label.name in checkpoint.labels}


def _in_words(source: Source) -> str:
    info = source.info
    rate = f" at {info.announced_fps:.4g} frames/s announced" if info.announced_fps else ""
    return f"{info.kind} {info.name}, {info.width}x{info.height}{rate}"


def _follow(pipeline: Pipeline, window: Window | None, report: Reporter) -> None:
    """Show what comes and do what the keys say, until the run ends."""
    commands: dict[Key, Callable[[], None]] = {
        Key.QUIT: lambda: pipeline.stop("stopped by the user"),
        Key.PAUSE: pipeline.toggle_pause,
        Key.RECORD: pipeline.composer.toggle_recording,
        Key.SNAPSHOT: pipeline.composer.snapshot,
        Key.MIRROR: pipeline.composer.toggle_mirror,
        Key.HELP: pipeline.composer.toggle_help,
    }
    while not pipeline.over:
        view = pipeline.view(_KEYS_EVERY_S)
        if view is not None:
            report.update(view.scene)
            _report_events(pipeline, report)
        if window is not None:
            if view is not None and view.image is not None:
                window.show(view.image)
            for key in window.poll():
                commands[key]()
    _report_events(pipeline, report)


def _report_events(pipeline: Pipeline, report: Reporter) -> None:
    events, notes = pipeline.composer.ended_events, pipeline.composer.notes
    while events:
        report.event(events.popleft())
    while notes:
        report.note(notes.popleft())


def _conclude(pipeline: Pipeline, report: Reporter, options: LiveOptions) -> None:
    """Say how it went: what was seen, what was lost, where it is kept."""
    _report_events(pipeline, report)
    stats, found = pipeline.composer.stats, pipeline.composer.found
    counts = f"{stats.delivered_frames} frames, {stats.dropped_frames} dropped, {stats.gaps} gaps"
    report.note(f"Ended: {pipeline.ended}. {counts}; {found.windows} windows, {found.events} events.")
    if not found.asked:
        report.note("Recognition was never asked: nobody was in view long enough, or the source was too short.")
    if options.session is not None:
        report.note(f"Session: {options.session}")
    for path in pipeline.composer.files:
        report.note(f"{'Snapshot' if path.suffix == '.png' else 'Video'}: {path}")
