// The timeline under a mouse, a pen or a finger.

const DRAG_PX = 4;

/** Turns what the pointer does on the timeline into zooms, seeks, selections and moved edges. */
export class TimelinePointer {
  constructor(timeline) {
    this.timeline = timeline;
    this.host = timeline.host;
    timeline.view.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    timeline.view.addEventListener("pointerdown", (event) => this.press(event));
    // An event that is reached with a screen reader or Enter is clicked without a pointer.
    timeline.view.addEventListener("click", (event) => {
      const button = event.target.closest(".event");
      if (button && event.detail === 0) this.host.select(button.dataset.id);
    });
  }

  wheel(event) {
    const { timeline } = this;
    event.preventDefault();
    const unit = event.deltaMode ? 30 : 1;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      const by = (sideways * unit) / timeline.scale;
      timeline.show(timeline.from + by, timeline.to + by);
    } else timeline.zoom(Math.exp(event.deltaY * unit * 0.002), timeline.timeAt(event.clientX));
  }

  press(event) {
    if (event.button !== 0) return;
    const button = event.target.closest(".event");
    const group = event.target.closest(".group");
    if (group) this.host.focusPerson(Number(group.dataset.person));
    if (button) this.host.select(button.dataset.id);
    const edge = event.target.dataset.edge;
    if (button && edge) this.drag(event, this.edgeDrag(button.dataset.id, edge));
    else if (event.target === this.timeline.ruler) this.drag(event, this.scrub());
    else if (!button) this.drag(event, this.panDrag(event.clientX));
  }

  scrub() {
    const seek = (time) => this.host.player.seek(time);
    return { move: seek, click: seek };
  }

  edgeDrag(id, edge) {
    const { timeline } = this;
    const { corrections, player } = this.host;
    return {
      move: (time) => {
        timeline.preview = { id, [edge]: corrections.clamped(corrections.get(id), edge, time) };
        player.seek(timeline.preview[edge]);
        timeline.draw();
      },
      end: () => {
        const moved = timeline.preview;
        timeline.preview = null;
        if (moved) this.host.edge(id, edge, moved[edge]);
      },
    };
  }

  panDrag(startX) {
    const { timeline } = this;
    const { from, to } = timeline;
    return {
      move: (_, clientX) => {
        const by = (startX - clientX) / timeline.scale;
        timeline.show(from + by, to + by);
      },
      click: (time) => this.host.player.seek(time),
    };
  }

  /** Follow the pointer until it is let go: `click` where it hardly moved, else `move`s and an `end`. */
  drag(press, { move, end, click }) {
    let moved = false;
    const done = new AbortController();
    const options = { signal: done.signal };
    window.addEventListener("pointermove", (event) => {
      moved ||= Math.abs(event.clientX - press.clientX) > DRAG_PX;
      if (moved) move(this.timeline.timeAt(event.clientX), event.clientX);
    }, options);
    const finish = (event) => {
      done.abort();
      if (moved) end?.();
      else if (event.type === "pointerup") click?.(this.timeline.timeAt(event.clientX));
    };
    window.addEventListener("pointerup", finish, options);
    window.addEventListener("pointercancel", finish, options);
  }
}
