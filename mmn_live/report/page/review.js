// The review: which event is selected, what the keys and buttons do to it, and the panel that shows it.
import { choicesOf, isPart, sourceOf, titleOf } from "./corrections.js";
import { announce, make } from "./dom.js";
import { csvOf, download, eafOf } from "./export.js";
import { clock } from "./format.js";

const NEW_EVENT = 1;
const AROUND = 0.5;

/** `parts`: { data, corrections, player, picker, timeline (set later), video() }. */
export class Review {
  constructor(root, parts) {
    Object.assign(this, parts);
    this.root = root;
    this.selected = null;
    this.person = this.data.people[0].id;
    this.listeners = [];
  }

  onSelect(listener) {
    this.listeners.push(listener);
  }

  get item() {
    return this.selected === null ? undefined : this.corrections.get(this.selected);
  }

  // ---- going about

  select(id, seek = true) {
    this.selected = id;
    const item = this.item;
    if (item) {
      this.person = item.person;
      if (seek) this.player.seek(item.onset);
      this.timeline.reveal(item.onset, item.offset);
      announce(`${titleOf(item)}, ${item.part}, ${clock(item.onset)} to ${clock(item.offset)}, ${sourceOf(item)}`);
    }
    for (const listener of this.listeners) listener();
  }

  focusPerson(id) {
    this.person = id;
  }

  /** The event `by` places on; without a selection, the next or last one as seen from the playhead. */
  go(by) {
    const all = this.corrections.all();
    const at = all.findIndex((item) => item.id === this.selected);
    const time = this.player.time;
    const start = by > 0 ? all.find((item) => item.onset >= time) : all.findLast((item) => item.onset <= time);
    const next = at < 0 ? start : all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) this.select(next.id);
  }

  goUnreviewed() {
    const all = this.corrections.all();
    const at = all.findIndex((item) => item.id === this.selected) + 1;
    const next = [...all.slice(at), ...all.slice(0, at)].find((item) => sourceOf(item) === "unreviewed");
    if (next) this.select(next.id);
    else announce("Every event is reviewed.");
    return Boolean(next);
  }

  play() {
    if (this.item) this.player.playSpan(Math.max(this.item.onset - AROUND, 0), this.item.offset + AROUND);
  }

  zoomTo() {
    if (!this.item) return;
    const { onset, offset } = this.item;
    this.timeline.show(onset - 2 * (offset - onset), offset + 2 * (offset - onset));
  }

  // ---- corrections

  accept() {
    if (!this.item) return;
    if (!this.item.accepted || this.item.deleted) this.corrections.change(this.selected, { accepted: true, deleted: false });
    this.goUnreviewed();
  }

  relabel() {
    const item = this.item;
    if (item) this.picker.open("Relabel", item.label, (label) => this.corrections.relabel(item.id, label), choicesOf(item)[0]?.[0]);
  }

  /** Name the event as the `i`-th of the classes that it most probably is. */
  takeAlternative(i) {
    const name = this.item && choicesOf(this.item)[i]?.[0];
    const label = this.data.labels.find((one) => one.name === name);
    if (label && name !== this.item.label) this.corrections.relabel(this.selected, label);
  }

  add() {
    const [time, person] = [this.player.time, this.person];
    const whose = this.data.people.length > 1 ? ` of person ${person}` : "";
    this.picker.open(`New event${whose} at ${clock(time)}`, this.item?.label, (label) => {
      this.select(this.corrections.add(person, time, time + NEW_EVENT, label), false);
    });
  }

  remove() {
    if (this.item) this.corrections.change(this.selected, { deleted: !this.item.deleted });
  }

  undo(again = false) {
    const id = again ? this.corrections.redo() : this.corrections.undo();
    if (id === null) announce(again ? "Nothing to redo." : "Nothing to undo.");
    else this.select(this.corrections.get(id) ? id : null, false);
  }

  edge(id, edge, time) {
    this.corrections.move(id, edge, time);
  }

  nudge(edge, by) {
    if (!this.item) return;
    this.corrections.move(this.selected, edge, this.item[edge] + by);
    this.player.seek(this.item[edge]);
  }

  edgeHere(edge) {
    if (this.item) this.corrections.move(this.selected, edge, this.player.time);
  }

  // ---- the panel

  draw() {
    const total = this.corrections.all().length;
    const done = this.corrections.reviewed;
    this.root.replaceChildren(
      make("div", { className: "bar" }, make("h2", {}, "Review"), make("span", { className: "grow" }),
        make("span", { className: "muted", id: "progress" }, `${done} of ${total} reviewed`)),
      make("progress", { value: done, max: Math.max(total, 1), "aria-label": "Reviewed events" }),
      this.item ? this.card(this.item) : this.hint(total),
      this.buttons(),
      this.downloads(),
    );
  }

  hint(total) {
    const text = total ? ["Press ", make("kbd", {}, "J"), " for the first event, or click one."] : ["No event was recognised. ", make("kbd", {}, "N"), " makes one at the playhead."];
    return make("div", { className: "selected-event empty" }, make("p", { className: "muted" }, ...text));
  }

  card(item) {
    const text = this.data.labels.find((label) => label.name === item.label)?.text ?? "";
    const source = sourceOf(item);
    const person = this.data.people.length > 1 ? ` · person ${item.person}` : "";
    const sure = item.confidence === null ? "" : ` · ${Math.round(100 * item.confidence)} % sure`;
    return make("div", { className: "selected-event", style: { "--part": this.data.colours[item.part] ?? "var(--muted)" } },
      make("div", { className: "bar" }, make("strong", { id: "selected-label" }, isPart(item) ? `${item.label}?` : item.label), make("span", { className: `chip ${source}` }, source)),
      make("p", { className: "muted" }, `${item.code} · ${item.part}${person}${sure}`),
      text ? make("p", { className: "muted definition" }, text) : null,
      this.alternatives(item),
      make("dl", { className: "times" },
        ...this.time("onset", item), ...this.time("offset", item),
        make("dt", {}, "duration"), make("dd", {}, `${(item.offset - item.onset).toFixed(2)} s`)));
  }

  alternatives(item) {
    const choices = choicesOf(item).map(([name, probability], i) => make("button", {
      type: "button", className: "small", "aria-pressed": String(name === item.label), onclick: () => this.takeAlternative(i),
    }, `${name} ${Math.round(100 * probability)} % `, make("kbd", {}, String(i + 1))));
    return choices.length ? make("div", { className: "alternatives", role: "group", "aria-label": "Most probable classes" }, ...choices) : null;
  }

  time(edge, item) {
    const original = item.original && item.original[edge] !== item[edge] ? make("span", { className: "was" }, ` was ${clock(item.original[edge])}`) : null;
    return [make("dt", {}, edge), make("dd", { id: `selected-${edge}` }, clock(item[edge]), original)];
  }

  buttons() {
    const button = (text, key, action, more = {}) => make("button", { type: "button", onclick: action, ...more }, `${text} `, make("kbd", {}, key));
    const needs = { disabled: !this.item };
    return make("div", { className: "buttons" },
      button("Accept", "A", () => this.accept(), { className: "main", ...needs }),
      button("Relabel", "R", () => this.relabel(), needs),
      button(this.item?.deleted ? "Restore" : "Delete", "X", () => this.remove(), needs),
      button("New", "N", () => this.add()),
      button("Undo", "U", () => this.undo(), { disabled: !this.corrections.done.length }),
      button("Redo", "⇧U", () => this.undo(true), { disabled: !this.corrections.undone.length }));
  }

  downloads() {
    const name = this.data.title.replace(/[^\w.-]+/g, "_") || "session";
    const csv = () => download(`${name}_corrections.csv`, "text/csv", csvOf(this.corrections.all(), this.data.key));
    const eaf = () => download(`${name}_corrections.eaf`, "application/xml", eafOf(this.corrections.all(), this.data.labels, this.video()));
    const kept = this.corrections.storage ? "Corrections stay in this browser, also when the page is closed." : "This browser keeps nothing: download before you close the page.";
    return make("div", { className: "downloads" },
      make("button", { type: "button", id: "download-csv", onclick: csv }, "Download CSV"),
      make("button", { type: "button", id: "download-eaf", onclick: eaf }, "Download for ELAN"),
      make("p", { className: this.corrections.storage ? "muted" : "warning" }, kept));
  }
}
