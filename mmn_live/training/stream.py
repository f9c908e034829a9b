"""The clips of a run: most drawn from the noise model, some cut from rendered tracks, each seen a few times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from mmn_live.training.augmented import augmented
from mmn_live.training.clips import Clip, ClipKind, ClipStream, Rng, Track, clips_of, drawer_number
from mmn_live.training.mirror import Mirror


class TrainingStream(IterableDataset[Clip]):
    """Clips without end; inputs in half precision. Each worker draws its own.

    `share` of the clips are windows of `tracks`, each augmented anew, where there are any. Each clip comes
    `views` times, every other one as its mirror image, in random order among `kept` others. `first` and `rank` tell
    streams of one seed apart, as in ClipStream.
    """

    def __init__(
        self,
        kind: ClipKind,
        seed: int,
        first: int,
        views: int,
        tracks: Sequence[Track],
        share: float,
        kept: int,
        rank: int = 0,
    ) -> None:
        self._kind, self._seed, self._first, self._views, self._rank = kind, seed, first, views, rank
        self._tracks, self._share, self._kept = tracks, share if tracks else 0.0, kept
        self._mirror = Mirror(kind.layout, kind.preprocessing)

    def __iter__(self) -> Iterator[Clip]:
        rng = np.random.default_rng((self._seed, drawer_number(self._rank), self._first, 1))
        pool: list[Clip] = []
        for inputs, index_t, target in self._drawn(rng):
            sides = (inputs.half(), self._mirror(inputs).half()) if self._views > 1 else (inputs.half(),)
            pool.extend((sides[view % 2], index_t, target) for view in range(self._views))
            while len(pool) > self._kept:
                place = int(rng.integers(len(pool)))
                pool[place], pool[-1] = pool[-1], pool[place]
                yield pool.pop()

    def _drawn(self, rng: Rng) -> Iterator[Clip]:
        """Clips, each once, of both kinds in their shares."""
        generated = iter(ClipStream(self._kind, self._seed, first=self._first, rank=self._rank))
        rendered = self._rendered(rng)
        while True:
            yield next(rendered if rng.random() < self._share else generated)

    def _rendered(self, rng: Rng) -> Iterator[Clip]:
        while True:
            track = self._tracks[int(rng.integers(len(self._tracks)))]
            yield from clips_of(augmented(track, rng), self._kind, rng)


def batches(stream: TrainingStream, batch: int, workers: int) -> DataLoader[Clip]:
    """The stream in batches, drawn by `workers` processes beside this one (0: in this one)."""
    return DataLoader(
        stream,
        batch,
        num_workers=workers,
        prefetch_factor=8 if workers else None,
        pin_memory=torch.cuda.is_available(),
        multiprocessing_context="spawn" if workers else None,
    )
