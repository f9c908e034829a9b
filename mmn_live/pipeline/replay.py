"""A stored session through recognition again: its skeletons and gaps, with the same or another model and settings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mmn_live.joints import Layout
from mmn_live.pipeline.chain import Chain, Recognised
from mmn_live.pose import in_layout
from mmn_live.recognition import baseline_entry
from mmn_live.recording import SessionReader, SessionWriter
from mmn_live.types import Frame, Gap, People

_NO_IMAGE = np.zeros((0, 0, 3), np.uint8)


def replayed(session: SessionReader, chain: Chain, layout: Layout) -> Iterator[tuple[People | Gap | None, Recognised]]:
    """Each item of the session and what came of it; last, without an item, what the end brings.

    Recognition is given what it was given in the live run, in the same order. Where the model has another layout than
    the session's, its joints are made anew from MediaPipe's landmarks.
    """
    for item in session.announced():
        fitting = item
        if not isinstance(item, Gap) and layout is not session.layout:
            source = session.facts["source"]
            fitting = in_layout(item, layout, source["width"], source["height"])
        yield fitting, chain.process(fitting)
    yield None, chain.flush()


def write_replay(
    session: SessionReader,
    results: Iterator[tuple[People | Gap | None, Recognised]],
    writer: SessionWriter,
) -> Iterator[Recognised]:
    """Write what is replayed as a session of its own, its frames, gaps and videos those of the one replayed."""
    baselines: list[dict[str, object]] = []
    rows = {row.index: row for row in session.frames()}
    for video in session.videos:
        writer.video(video.file, video.kind, video.start_s)
    for item, found in results:
        if isinstance(item, Gap):
            writer.gap(item, ended=False)
        elif item is not None and (row := rows.get(item.index)) is not None:
            frame = Frame(item.index, item.time_s, _NO_IMAGE, row.captured_s)
            writer.frame(frame, item, row.dropped_before, row.latency_ms)
        for prediction in found.predictions:
            writer.prediction(prediction)
        for event in found.events:
            writer.event(event)
        if found.baselines:
            baselines += [baseline_entry(each) for each in found.baselines]
            writer.note("baseline", baselines)
        yield found
    for gap in session.gaps:
        writer.gap(gap)
