"""What it costs to look for more people than there are: MediaPipe's pose task for one to four, one person in view.

    python benchmarks/people.py [--rounds 3] [--frames 60]

Each round measures every number in turns over the same frames of the actor; what is printed is the median of the
rounds, in milliseconds of processor time a frame, which other work on the machine disturbs less than the clock's time.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time

from mmn_live.cli.models import model_files
from mmn_live.pose.landmarker import keep_offline, mediapipe_image, native_log_muted, open_pose_task
from mmn_live.sources.demo import DemoSource

FPS = 15.0
PEOPLE = (1, 2, 3, 4)


def cost_ms(bundle: bytes, images: list, people: int) -> float:
    """Processor time a frame in milliseconds, once the first frame has been found."""
    with native_log_muted():
        task = open_pose_task(bundle, people)
        task.detect_for_video(images[0], 0)
    begun_s = time.process_time()
    for number, image in enumerate(images[1:], start=1):
        task.detect_for_video(image, round(number * 1000 / FPS))
    spent_s = time.process_time() - begun_s
    task.close()
    return 1000 * spent_s / (len(images) - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=60)
    arguments = parser.parse_args()
    keep_offline()
    bundle = model_files().pose
    with DemoSource(None, seed=0, fps=FPS, pace=False) as actor:
        images = [mediapipe_image(frame.image) for frame in itertools.islice(actor, arguments.frames)]
    rounds = [[cost_ms(bundle, images, people) for people in PEOPLE] for _ in range(arguments.rounds)]
    for people, costs in zip(PEOPLE, zip(*rounds, strict=True), strict=True):
        print(f"{people}: {statistics.median(costs):.1f} ms")


if __name__ == "__main__":
    main()
