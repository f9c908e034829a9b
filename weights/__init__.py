"""Shipped checkpoints, one .safetensors each, and what is known about them (MODEL_CARD.md)."""
