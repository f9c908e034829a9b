// The session's clock on the page: that of the video, where there is one.

/** Times in and out are the session's, in seconds. */
export class Player {
  constructor(duration) {
    this.duration = duration;
    this.video = null;
    this.start = 0;
    this.time = 0;
    this.until = null;
    this.listeners = [];
  }

  onTime(listener) {
    this.listeners.push(listener);
  }

  /** Follow this video element, whose time 0 is the session's `start`. */
  attach(video, start) {
    this.video = video;
    this.start = start;
    video.addEventListener("play", () => this.follow());
    video.addEventListener("seeking", () => {
      if (video !== this.video) return; // another one was put on the screen
      const shown = video.currentTime + this.start;
      if (Math.abs(shown - this.within(this.time)) > 0.02) this.tell(shown);
    });
    video.addEventListener("loadedmetadata", () => video === this.video && this.seek(this.time));
  }

  detach() {
    this.video?.pause();
    this.video = null;
  }

  get playing() {
    return this.video !== null && !this.video.paused && !this.video.ended;
  }

  seek(time) {
    this.until = null;
    this.tell(Math.min(Math.max(time, 0), this.duration));
    if (this.video?.readyState) this.video.currentTime = this.within(this.time) - this.start;
  }

  step(by) {
    this.video?.pause();
    this.seek(this.time + by);
  }

  toggle() {
    if (!this.video) return;
    this.until = null;
    if (this.playing) this.video.pause();
    else this.play();
  }

  /** Play from one time to another. */
  playSpan(from, to) {
    this.seek(from);
    this.until = to;
    this.play();
  }

  play() {
    this.video?.play().catch(() => {}); // a video that cannot play has said so by its error event
  }

  /** The nearest time that the video has. */
  within(time) {
    const end = this.start + (Number.isFinite(this.video.duration) ? this.video.duration : Infinity);
    return Math.min(Math.max(time, this.start), end);
  }

  follow() {
    if (!this.playing) return;
    this.tell(this.video.currentTime + this.start);
    if (this.until !== null && this.time >= this.until) this.video.pause();
    else requestAnimationFrame(() => this.follow());
  }

  tell(time) {
    this.time = time;
    for (const listener of this.listeners) listener(time);
  }
}
