"""Neurodata Without Borders with the pose extension: https://github.com/rly/ndx-pose."""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmn_live.exports.content import SessionContent, person_name
from mmn_live.exports.extra import needs_extra
from mmn_live.exports.files import new_file, relative_path
from mmn_live.exports.frames import Track, mean_rate, tracks

_REFERENCE = "(0, 0) is the upper left corner of the image; x to the right, y down"
_CONFIDENCE = "MediaPipe's visibility of the landmark, 0 to 1; NaN in frames without the person"
_EVENT_COLUMNS = {
    "label": "name of the micro-action; where only its body part was sure, that of the body part",
    "code": "its code in the label set, of a body part the letter",
    "body_part": "part of the body that acts",
    "person_id": "id of the person in the session",
    "peak_time": "seconds, where its probability was highest",
    "confidence": "mean probability over the event",
    "peak_confidence": "highest probability",
    "alternatives": "the most probable classes with their mean probabilities",
}


class NWBWriter:
    """One .nwb on the session's clock: `behavior` holds a PoseEstimation per person; events and gaps are intervals.

    The time stamps are the frames' true times; a joint that was not seen is NaN.
    """

    def __init__(self, content: SessionContent, folder: Path) -> None:
        self._pynwb: Any = needs_extra(lambda: importlib.import_module("pynwb"), "nwb")
        self._h5py: Any = needs_extra(lambda: importlib.import_module("h5py"), "nwb")
        self._ndx_pose: Any = needs_extra(lambda: importlib.import_module("ndx_pose"), "nwb")
        self._content = content
        self.files = [folder / f"{content.name}.nwb"]

    def write(self) -> None:
        """Write the file. Raises RecordingError where it cannot be written."""
        content = self._content
        file = self._pynwb.NWBFile(
            session_description=f"micro-actions and skeletons of the session {content.name}",
            identifier=f"{content.name} {content.zero_utc.isoformat()}",
            session_start_time=content.zero_utc,
            source_script="mmn-live export",
            source_script_file_name="mmn-live",
        )
        self._add_poses(file)
        self._add_events(file)
        for gap in content.gaps:
            file.add_invalid_time_interval(
                start_time=gap.start_s, stop_time=gap.end_s, tags=[f"not observed: {gap.reason}"]
            )
        content_of_file = self._in_memory(file)
        with new_file(self.files[0]) as unfinished:
            unfinished.write_bytes(content_of_file)

    def _in_memory(self, file: Any) -> memoryview:
        """HDF5 does not recover from a disk that fills while it writes, so it never writes to one."""
        buffer = io.BytesIO()
        with self._h5py.File(buffer, "w") as target, self._pynwb.NWBHDF5IO(file=target, mode="w") as nwb:
            nwb.write(file)
        return buffer.getbuffer()

    def _add_poses(self, file: Any) -> None:
        times_s, found = tracks(self._content)
        behaviour = file.create_processing_module(name="behavior", description="skeletons found in the video")
        camera = file.create_device(name="camera", description="the source of the session's frames")
        layout = self._content.layout
        skeletons = [
            self._ndx_pose.Skeleton(
                name=f"skeleton of {person_name(track.person_id)}",
                nodes=list(layout.names),
                edges=np.array(layout.drawn_bones, "uint8"),
            )
            for track in found
        ]
        behaviour.add(self._ndx_pose.Skeletons(skeletons=skeletons))
        if len(times_s):
            videos = self._videos(file, times_s)
            for track, skeleton in zip(found, skeletons, strict=True):
                behaviour.add(self._pose(track, times_s, skeleton=skeleton, device=camera, **videos))

    def _videos(self, file: Any, times_s: NDArray[np.float64]) -> dict[str, Any]:
        """The session's video, linked as what the poses were found in, or as what they were drawn on."""
        content = self._content
        if content.video is None:
            return {}
        series = self._pynwb.image.ImageSeries(
            name="video",
            description=f"the {content.video.kind} video; its frames' own times are in its container",
            unit="n.a.",
            format="external",
            external_file=[relative_path(content.video.file, self.files[0].parent)],
            starting_frame=[0],
            dimension=[content.width, content.height],
            starting_time=content.video.start_s,
            rate=mean_rate(times_s) or content.announced_fps or 1.0,
            num_samples=int((times_s >= content.video.start_s).sum()),
        )
        file.add_acquisition(series)
        return {"source_video" if content.video.kind == "raw" else "labeled_video": series}

    def _pose(self, track: Track, times_s: NDArray[np.float64], **links: Any) -> Any:
        content = self._content
        series: list[Any] = []
        for i, name in enumerate(content.layout.names):
            series.append(
                self._ndx_pose.PoseEstimationSeries(
                    name=name,
                    data=track.joints[:, i],
                    unit="pixels",
                    reference_frame=_REFERENCE,
                    timestamps=series[0] if series else times_s,
                    confidence=track.visibility[:, i],
                    confidence_definition=_CONFIDENCE,
                )
            )
        return self._ndx_pose.PoseEstimation(
            name=f"pose of {person_name(track.person_id)}",
            pose_estimation_series=series,
            description=f"joints of the layout {content.layout.name}; frames of {content.width} x {content.height} px",
            scorer="MediaPipe",
            source_software="mmn-live",
            source_software_version=content.version,
            **links,
        )

    def _add_events(self, file: Any) -> None:
        if not self._content.events:
            return
        table = self._pynwb.epoch.TimeIntervals(
            name="micro_actions", description=f"micro-actions named by the model {self._content.model}"
        )
        for name, description in _EVENT_COLUMNS.items():
            table.add_column(name=name, description=description)
        for event in self._content.events:
            table.add_interval(
                start_time=event.onset_s,
                stop_time=event.offset_s,
                label=event.label,
                code=event.code,
                body_part=event.body_part,
                person_id=event.person_id,
                peak_time=event.peak_s,
                confidence=event.confidence,
                peak_confidence=event.peak_confidence,
                alternatives=event.alternatives_text,
            )
        file.add_time_intervals(table)
