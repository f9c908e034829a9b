"""Every error the program raises on purpose.

    MMNLiveError
    ├── UsageError           exit status 2: what was asked for cannot be done as asked
    │   ├── SourceError          no such camera, not a video, nothing to decode
    │   ├── CheckpointError      not a checkpoint, wrong tensors, wrong layout, unknown model
    │   ├── DeviceError          the asked-for accelerator is not there
    │   └── SessionError         the folder holds a session already, or holds none
    └── RunError             exit status 1: it began well and failed under way
        ├── SourceLostError      a source that delivered frames will deliver no more
        ├── AssetError           MediaPipe's model files cannot be had
        ├── PoseError            MediaPipe itself failed
        └── RecordingError       disk full, folder not writable, encoder failed

A message says what is wrong, with the value, and then the remedy.
"""

from __future__ import annotations


class MMNLiveError(Exception):
    """Root of the tree; the command line shows its message and ends with `exit_status`."""

    exit_status = 1


class UsageError(MMNLiveError):
    """What was asked for cannot be done as asked."""

    exit_status = 2


class SourceError(UsageError):
    """A source that cannot be opened: no such camera or file, or nothing in it to decode."""


class CheckpointError(UsageError):
    """A checkpoint that cannot be used: unknown, damaged, or made for something else."""


class DeviceError(UsageError):
    """The asked-for compute device is not on this machine."""


class SessionError(UsageError):
    """A session folder that is taken, or that holds no session."""


class RunError(MMNLiveError):
    """It began well and failed under way."""


class SourceLostError(RunError):
    """A source that delivered frames and will deliver no more."""


class AssetError(RunError):
    """MediaPipe's model files cannot be had."""


class PoseError(RunError):
    """MediaPipe failed while it ran."""


class RecordingError(RunError):
    """Nothing more can be written: disk full, folder not writable, encoder failed."""
