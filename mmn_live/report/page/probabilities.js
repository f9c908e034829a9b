// Each class's probability over time, on demand: curves, and the most probable ones at the playhead.
import { freshContext, make, token } from "./dom.js";

const WORTH_DRAWING = 0.1;
const SHOWN = 3;

/** One person's plot. Its probabilities are unpacked when it is first drawn. */
export class ProbabilityPlot {
  constructor(person, data) {
    this.windows = person.windows;
    this.data = data;
    this.element = make("canvas", { className: "plot", "aria-hidden": "true" });
    this.name = make("div", { className: "plot-name", "aria-label": "Most probable classes at the playhead" });
    this.curves = null;
  }

  unpack() {
    this.curves ??= this.windows.labels.map((label, i) => ({
      label,
      colour: this.data.colours[this.data.bodyParts[label]] ?? token("--muted"),
      values: Uint8Array.from(atob(this.windows.probabilities[i]), (character) => character.charCodeAt(0)),
    }));
    return this.curves;
  }

  draw(from, to, now) {
    const context = freshContext(this.element);
    if (!context) return;
    const { clientWidth: width, clientHeight: height } = this.element;
    const { middle } = this.windows;
    const first = Math.max(firstAtOrAfter(middle, from) - 1, 0);
    const last = Math.min(firstAtOrAfter(middle, to) + 1, middle.length);
    const place = { width, x: (time) => ((time - from) / (to - from)) * width, y: (value) => (height - 4) * (1 - value / 255) + 2 };
    line(context, place.y(255 * this.data.leastNamed), width);
    for (const curve of this.unpack()) this.drawCurve(context, curve, first, last, place);
    this.read(now);
  }

  drawCurve(context, { values, colour }, first, last, place) {
    if (!values.subarray(first, last).some((value) => value > 255 * WORTH_DRAWING)) return;
    const { middle, stride, state } = this.windows;
    context.beginPath();
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    const every = Math.max(Math.floor((last - first) / place.width), 1); // of the windows in one pixel, the highest
    for (let i = first; i < last; i += every) {
      const away = i === first || middle[i] - middle[i - every] > 1 + every * stride;
      const broken = away || !asked(state[i]) || !asked(state[i - 1]);
      const value = every === 1 ? values[i] : Math.max(...values.subarray(i, i + every));
      const [x, y] = [place.x(middle[i]), place.y(value)];
      if (broken) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  }

  /** Name the most probable classes at that time. */
  read(time) {
    const { middle, state } = this.windows;
    const after = firstAtOrAfter(middle, time);
    const i = after > 0 && (after === middle.length || time - middle[after - 1] < middle[after] - time) ? after - 1 : after;
    if (i >= middle.length || Math.abs(middle[i] - time) > 1) {
      this.name.replaceChildren(make("span", { className: "muted" }, "no window here"));
      return;
    }
    const best = this.unpack().map(({ label, values }) => [label, values[i]]).sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
    const rows = best.map(([label, value]) => make("div", {}, `${Math.round(value / 2.55)} % ${label}`));
    const text = this.data.stateTexts[state[i]] ?? state[i];
    this.name.replaceChildren(...(asked(state[i]) ? rows : [make("span", { className: "muted" }, text)]));
  }
}

function asked(state) {
  return ["action", "part", "none", "unsure"].includes(state);
}

function line(context, y, width) {
  context.fillStyle = token("--muted");
  for (let x = 0; x < width; x += 8) context.fillRect(x, Math.round(y), 4, 1);
}

/** Index of the first of the sorted times that is `time` or later. */
function firstAtOrAfter(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const between = (low + high) >> 1;
    if (times[between] < time) low = between + 1;
    else high = between;
  }
  return low;
}
