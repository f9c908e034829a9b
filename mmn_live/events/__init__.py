"""Predictions over time become events with an onset, a peak and an offset."""

from mmn_live.events.builder import EventBuilder as EventBuilder
