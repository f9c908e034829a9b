// The timeline: a group of lanes a person, events as buttons, what was not observed greyed.
import { alternativesOf, isPart, questionOf, sourceOf, titleOf } from "./corrections.js";
import { freshContext, inkOn, make, token } from "./dom.js";
import { clock } from "./format.js";
import { TimelinePointer } from "./pointer.js";
import { ProbabilityPlot } from "./probabilities.js";
import { complement } from "./spans.js";

const SHORTEST_VIEW = 0.5;
const TICKS = [0.04, 0.2, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const TICK_PX = 74;
const STATES_PX = 10;
const WORTH_A_TEXT_PX = 34;

/**
 * `host` gives what is shown and takes what is done: { data, corrections, player, selected, person, select(id), edge(id,
 * edge, time), focusPerson(id) }.
 */
export class Timeline {
  constructor(root, host) {
    this.host = host;
    this.from = 0;
    this.to = Math.max(host.data.duration, SHORTEST_VIEW);
    this.showProbabilities = false;
    this.buttons = new Map();
    this.preview = null;
    this.build(root);
    new ResizeObserver(() => this.draw()).observe(this.view);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  // ---- what it is made of

  build(root) {
    this.readout = make("output", { className: "time", "aria-label": "Time" });
    this.range = make("span", { className: "muted range" });
    this.toggle = make(
      "button",
      { type: "button", className: "small", onclick: () => this.toggleProbabilities(), "aria-pressed": "false" },
      "Probabilities ", make("kbd", {}, "P"),
    );
    const zoom = (text, title, action) => make("button", { type: "button", className: "small", title, "aria-label": title, onclick: action }, text);
    root.append(
      make("div", { className: "bar" }, this.readout, this.range, make("span", { className: "grow" }), this.legend(), this.toggle,
        zoom("−", "Zoom out", () => this.zoom(1.6)), zoom("+", "Zoom in", () => this.zoom(1 / 1.6)), zoom("Fit", "Show everything", () => this.fit())),
    );
    this.names = make("div", { className: "names" });
    this.view = make("div", { className: "view", tabIndex: 0, role: "group", "aria-label": "Events over time. Press ? for the keys." });
    root.append(make("div", { className: "lanes" }, this.names, this.view));
    new TimelinePointer(this);
    this.layout();
  }

  legend() {
    const entry = (kind, text) => make("span", { className: "key" }, make("i", { className: `swatch ${kind}` }), text);
    return make("span", { className: "legend muted" }, entry("unseen-time", "not observed"), entry("gap-time", "gap"),
      entry("state-still", "still"), entry("state-none", "nothing named"), entry("state-unsure", "unsure"),
      entry("state-part", "body part only"), entry("state-action", "action"));
  }

  /** Make the lanes anew: one a person and body part that has classes or events. */
  layout() {
    const { data, corrections } = this.host;
    const used = new Set([...Object.values(data.bodyParts), ...corrections.all().map((item) => item.part)]);
    const known = [...new Set(data.labels.map((label) => label.part))];
    this.parts = [...known, ...[...used].filter((part) => !known.includes(part))].filter((part) => used.has(part));
    this.buttons.clear();
    this.names.replaceChildren(make("div", { className: "ruler-name" }));
    this.ruler = make("canvas", { className: "ruler", "aria-hidden": "true" });
    this.playhead = make("div", { className: "playhead", "aria-hidden": "true" });
    this.groups = data.people.map((person) => this.group(person));
    this.view.replaceChildren(this.ruler, ...this.groups.map((group) => group.element), this.playhead);
    this.draw();
  }

  group(person) {
    const several = this.host.data.people.length > 1;
    const states = make("canvas", { className: "states", "aria-hidden": "true" });
    const shade = make("div", { className: "shade", "aria-hidden": "true" });
    const lanes = new Map(this.parts.map((part) => [part, make("div", { className: "lane", "data-part": part })]));
    const plot = new ProbabilityPlot(person, this.host.data);
    plot.element.hidden = plot.name.hidden = !this.showProbabilities;
    const element = make("div", { className: "group", "data-person": person.id }, shade, states, ...lanes.values(), plot.element);
    const title = make("div", { className: "states-name" }, several ? `Person ${person.id}` : "State");
    const swatch = (part) => make("i", { className: "swatch", style: { "--part": this.host.data.colours[part] } });
    const names = this.parts.map((part) => make("div", { className: "lane-name" }, swatch(part), part));
    this.names.append(make("div", { className: "group-names" }, title, ...names, plot.name));
    const dark = complement(person.observed, 0, this.host.data.duration);
    return { person, element, states, shade, lanes, plot, dark, runs: runsOf(person.windows) };
  }

  // ---- time and pixels

  /** Pixels a second. The width is measured once a drawing: asking for it between changes would lay the page out anew. */
  get scale() {
    return this.width / (this.to - this.from);
  }

  x(time) {
    return (time - this.from) * this.scale;
  }

  timeAt(clientX) {
    return this.from + (clientX - this.view.getBoundingClientRect().left) / this.scale;
  }

  show(from, to) {
    const whole = Math.max(this.host.data.duration, SHORTEST_VIEW);
    const length = Math.min(Math.max(to - from, SHORTEST_VIEW), whole);
    this.from = Math.min(Math.max(from, 0), whole - length);
    this.to = this.from + length;
    this.draw();
  }

  fit() {
    this.show(0, Infinity);
  }

  /** Make the view `factor` times as long, keeping `about` (the time under the pointer, or the playhead) where it is. */
  zoom(factor, about = this.host.player.time) {
    const fixed = Math.min(Math.max(about, this.from), this.to);
    const length = Math.min(Math.max((this.to - this.from) * factor, SHORTEST_VIEW), Math.max(this.host.data.duration, SHORTEST_VIEW));
    const left = (fixed - this.from) / (this.to - this.from);
    this.show(fixed - left * length, fixed + (1 - left) * length);
  }

  /** Bring a stretch into view, moving no further than it takes. */
  reveal(from, to = from) {
    const length = this.to - this.from;
    if (from >= this.from && to <= this.to) return;
    const start = from < this.from || to - from > length ? from - 0.1 * length : to - 0.9 * length;
    this.show(start, start + length);
  }

  toggleProbabilities() {
    this.showProbabilities = !this.showProbabilities;
    this.toggle.setAttribute("aria-pressed", String(this.showProbabilities));
    for (const { plot } of this.groups) plot.element.hidden = plot.name.hidden = !this.showProbabilities;
    this.draw();
  }

  // ---- drawing

  draw() {
    this.width = this.view.clientWidth;
    if (!this.width) return;
    this.drawRuler();
    for (const group of this.groups) {
      this.drawShade(group);
      this.drawStates(group);
      this.drawEvents(group);
      if (this.showProbabilities) group.plot.draw(this.from, this.to, this.host.player.time);
    }
    this.drawPlayhead();
    this.range.textContent = `${clock(this.from, 1)} – ${clock(this.to, 1)} of ${clock(this.host.data.duration, 1)}`;
  }

  drawRuler() {
    const context = freshContext(this.ruler);
    const every = TICKS.find((step) => step * this.scale >= TICK_PX) ?? TICKS[TICKS.length - 1];
    context.font = `11px ${token("--font")}`;
    context.fillStyle = token("--muted");
    for (let i = Math.ceil(this.from / every); i * every <= this.to; i += 1) {
      const x = this.x(i * every);
      context.fillRect(Math.round(x), 17, 1, 7);
      if (x < this.width - TICK_PX / 2) context.fillText(clock(i * every, every < 1 ? 2 : 0), x + 4, 14);
    }
  }

  drawShade(group) {
    const block = (kind, [start, end], title) => make("div", { className: kind, title, style: this.box(start, end) });
    const inView = ([start, end]) => end > this.from && start < this.to;
    const gaps = this.host.data.gaps.map((gap) => ({ span: [gap.start_s, gap.end_s], reason: gap.reason })).filter(({ span }) => inView(span));
    group.shade.replaceChildren(
      ...group.dark.filter(inView).map((span) => block("unseen-time", span)),
      ...gaps.map(({ span, reason }) => block("gap-time", span, `gap: ${reason}`)),
    );
  }

  box(start, end) {
    return { left: `${this.x(start)}px`, width: `${Math.max((end - start) * this.scale, 1)}px` };
  }

  drawStates(group) {
    const context = freshContext(group.states);
    if (!context) return;
    const colours = Object.fromEntries(Object.keys(this.host.data.stateTexts).map((state) => [state, token(`--state-${state}`)]));
    for (const { state, start, end } of group.runs) {
      if (end < this.from || start > this.to) continue;
      context.fillStyle = colours[state];
      context.fillRect(this.x(start), 0, Math.max((end - start) * this.scale, 1), STATES_PX);
    }
  }

  drawEvents({ person, lanes }) {
    const mine = this.host.corrections.all().filter((item) => item.person === person.id);
    const drawn = new Set();
    for (const item of mine) {
      const shown = this.preview?.id === item.id ? { ...item, ...this.preview } : item;
      if (shown.offset < this.from || shown.onset > this.to) continue;
      drawn.add(item.id);
      this.drawEvent(shown, lanes.get(item.part));
    }
    for (const [id, button] of this.buttons) {
      const gone = Number(button.dataset.person) === person.id && !drawn.has(id);
      if (gone) {
        button.remove();
        this.buttons.delete(id);
      }
    }
  }

  drawEvent(item, lane) {
    const button = this.buttons.get(item.id) ?? this.button(item);
    if (button.parentElement !== lane) lane.append(button);
    const selected = item.id === this.host.selected;
    button.style.left = `${this.x(item.onset)}px`;
    const width = Math.max((item.offset - item.onset) * this.scale, 3);
    button.style.width = `${width}px`;
    button.firstChild.hidden = width < WORTH_A_TEXT_PX;
    const look = `${selected} ${sourceOf(item)} ${item.label} ${item.onset} ${item.offset}`;
    if (button.dataset.look !== look) this.dress(button, item, selected);
    button.dataset.look = look;
  }

  dress(button, item, selected) {
    const source = sourceOf(item);
    const colour = this.host.data.colours[item.part];
    button.className = `event ${source}${isPart(item) ? " part" : ""}${selected ? " selected" : ""}`;
    button.tabIndex = selected ? 0 : -1;
    button.firstChild.textContent = questionOf(item) || item.label;
    button.style.setProperty("--part", colour ?? "var(--muted)");
    button.style.setProperty("--on-part", inkOn(colour ?? "#8d96a3"));
    button.setAttribute("aria-pressed", String(selected));
    const name = `${titleOf(item)}, ${clock(item.onset)} to ${clock(item.offset)}, ${source}`;
    button.setAttribute("aria-label", name);
    const alternatives = alternativesOf(item);
    button.title = alternatives ? `${name}\nmost probable: ${alternatives}` : name;
  }

  button(item) {
    const edge = (name) => make("span", { className: `edge ${name}`, "data-edge": name });
    const button = make("button", { type: "button", "data-id": item.id, "data-person": item.person },
      make("span", { className: "text" }), edge("onset"), edge("offset"));
    this.buttons.set(item.id, button);
    return button;
  }

  drawPlayhead() {
    const time = this.host.player.time;
    this.readout.textContent = clock(time);
    this.playhead.style.transform = `translateX(${this.x(time)}px)`;
    this.playhead.hidden = time < this.from || time > this.to;
  }

  /** The clock went on: follow it while it plays. */
  tick(time) {
    if (this.host.player.playing && (time < this.from || time > this.to)) this.reveal(time);
    this.drawPlayhead();
    if (this.showProbabilities) for (const { plot } of this.groups) plot.read(time);
  }
}

/** Consecutive windows of one state as one run; each window speaks for the time around its middle. */
function runsOf({ middle, state }) {
  const runs = [];
  middle.forEach((time, i) => {
    const before = i ? Math.min(time - middle[i - 1], 1) / 2 : 0.1;
    const after = i + 1 < middle.length ? Math.min(middle[i + 1] - time, 1) / 2 : 0.1;
    const last = runs[runs.length - 1];
    if (last && last.state === state[i] && time - before - last.end < 0.01) last.end = time + after;
    else runs.push({ state: state[i], start: time - before, end: time + after });
  });
  return runs;
}
