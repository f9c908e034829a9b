"""Live recognition of micro-actions: MediaPipe skeletons, a sliding window, the Motion-guided Modulation Network."""

from importlib.metadata import version

__version__ = version("mmn-live")
