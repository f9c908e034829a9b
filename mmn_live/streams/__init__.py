"""What is sent to other programs while a run goes on: Lab Streaming Layer."""

from mmn_live.streams.lsl import LslOutlets, lsl_versions

__all__ = ["LslOutlets", "lsl_versions"]
