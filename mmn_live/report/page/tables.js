// The figures, recomputed with every correction, and the list of events.
import { alternativesOf, isPart, sourceOf, titleOf } from "./corrections.js";
import { make } from "./dom.js";
import { clock, minutes, percent, perMinute } from "./format.js";
import { pool, summarise } from "./rates.js";

/** Tiles and tables of rates: what the corrected events say, with what was recognised beside it where that differs. */
export class Figures {
  constructor(root, data, corrections) {
    Object.assign(this, { data, corrections, person: null });
    this.tiles = make("div", { className: "tiles" });
    this.parts = make("div", { className: "card" });
    this.labels = make("div", { className: "card" });
    root.append(this.chooser(), this.tiles, make("div", { className: "tables" }, this.parts, this.labels));
  }

  chooser() {
    const choice = make("select", { id: "of-person", onchange: () => this.choose(choice.value) },
      make("option", { value: "" }, "everybody"), ...this.data.people.map(({ id }) => make("option", { value: id }, `person ${id}`)));
    const label = make("label", { className: "muted", hidden: this.data.people.length < 2 }, "Figures of ", choice);
    return make("div", { className: "bar" }, make("h2", {}, "Figures"), label);
  }

  choose(value) {
    this.person = value ? Number(value) : null;
    this.draw();
  }

  /** The figures as they stand: of everybody, then of each person. */
  current() {
    const kept = this.corrections.kept();
    const bodyParts = { ...this.data.bodyParts };
    for (const item of kept) if (!isPart(item)) bodyParts[item.label] ??= item.part;
    const people = this.data.people.map((person) => summarise(person, kept, bodyParts, this.data.selfTouch));
    return [pool(people), ...people];
  }

  draw() {
    const ofPerson = (all) => all.find((figures) => figures.person === this.person);
    const [now, then] = [ofPerson(this.current()), ofPerson(this.data.statistics)];
    this.tiles.replaceChildren(...this.tilesOf(now));
    this.table(this.parts, "Body parts", "body part", now.bodyParts, then.bodyParts, (name) => this.data.colours[name]);
    const partOf = Object.fromEntries(this.data.labels.map((label) => [label.name, label.part]));
    const seen = now.labels.filter((rate) => rate.count || then.labels.some((one) => one.name === rate.name));
    this.table(this.labels, "Classes", "class", seen, then.labels, (name) => this.data.colours[partOf[name]]);
  }

  tilesOf({ total, selfTouch }) {
    const people = this.person === null && this.data.people.length > 1 ? this.data.people.length : 1;
    const whole = this.data.duration * people;
    const unit = people > 1 ? "person-min" : "min";
    const tile = (name, value, below, more = {}) => make("div", { className: "tile card", ...more },
      make("span", { className: "muted" }, name), make("strong", {}, value), make("span", { className: "muted" }, below));
    const touches = selfTouch.observed ? `${selfTouch.count} in ${minutes(selfTouch.observed)} ${unit}, ${percent(selfTouch.share)} of it` : "no class of it could be told";
    return [
      tile("Observed", `${minutes(total.observed)} ${unit}`, `of ${minutes(whole)}; the rest counts in no rate`),
      tile("Events per minute", perMinute(total.perMinute), `${total.count} in ${minutes(total.observed)} ${unit}`),
      tile("Self-touch per minute", perMinute(selfTouch.perMinute), touches, { id: "self-touch", "data-value": selfTouch.perMinute }),
      tile("Time in a micro-action", percent(total.share), `${clock(total.duration, 1)} of ${clock(total.observed, 1)}`),
    ];
  }

  table(card, title, first, rates, recognised, colourOf) {
    const longest = Math.max(...rates.map((rate) => rate.share ?? 0), 0.001);
    const pooled = this.person === null && this.data.people.length > 1;
    const heads = [first, "events", pooled ? "person-min" : "observed min", "per minute", "share of time"];
    card.replaceChildren(
      make("h3", {}, title),
      make("div", { className: "scroll" }, make("table", { "data-of": first },
        make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)))),
        make("tbody", {}, ...rates.map((rate) => this.row(rate, recognised.find((one) => one.name === rate.name), colourOf(rate.name), longest))),
      )),
    );
  }

  row(rate, before, colour, longest) {
    const bar = make("i", { className: "share", style: { "--part": colour ?? "var(--muted)", "--share": (rate.share ?? 0) / longest } });
    const was = before && before.count !== rate.count ? make("span", { className: "was", title: "as recognised" }, ` was ${before.count}`) : null;
    const unseen = rate.observed === 0;
    return make("tr", { "data-name": rate.name, className: unseen ? "never" : rate.count ? "" : "zero" },
      make("th", { scope: "row" }, make("i", { className: "swatch", style: { "--part": colour ?? "var(--muted)" } }), rate.name),
      make("td", { "data-value": rate.count }, unseen ? "–" : String(rate.count), was),
      make("td", { "data-value": rate.observed }, unseen ? "not in view" : minutes(rate.observed)),
      make("td", { "data-value": rate.perMinute }, perMinute(rate.perMinute)),
      make("td", { "data-value": rate.share, className: "share-cell" }, bar, percent(rate.share)));
  }
}

/** Every event in a row; the selected one is marked. */
export class EventList {
  constructor(root, data, corrections, select) {
    Object.assign(this, { data, corrections, select, rows: new Map() });
    const heads = ["", "onset", "duration", "class", "code", "body part", "confidence", "review"];
    if (data.people.length > 1) heads.splice(1, 0, "person");
    this.body = make("tbody");
    this.count = make("span", { className: "muted" });
    root.append(
      make("div", { className: "bar" }, make("h2", {}, "Events"), this.count),
      make("div", { className: "scroll" }, make("table", {},
        make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)))), this.body)),
    );
  }

  /** Rows are made anew for items that changed; the rest stay as they are, for there may be thousands. */
  draw(selected) {
    const items = this.corrections.all();
    this.count.textContent = items.length ? `${items.length}, ${this.corrections.reviewed} reviewed` : "None was recognised.";
    const rows = new Map(items.map((item) => [item.id, this.rows.get(item.id)?.item === item ? this.rows.get(item.id) : { item, row: this.row(item) }]));
    for (const [id, { row }] of this.rows) if (rows.get(id)?.row !== row) row.remove();
    items.forEach(({ id }, i) => {
      const { row } = rows.get(id);
      if (this.body.children[i] !== row) this.body.insertBefore(row, this.body.children[i] ?? null);
    });
    this.rows = rows;
    this.body.querySelector(".selected")?.classList.remove("selected");
    this.rows.get(selected)?.row.classList.add("selected");
  }

  row(item) {
    const person = this.data.people.length > 1 ? [make("td", {}, String(item.person))] : [];
    const jump = make("button", { type: "button", className: "link", onclick: () => this.select(item.id), "aria-label": `Select ${item.label} at ${clock(item.onset)}` }, "▸");
    return make("tr", { className: sourceOf(item), "data-id": item.id, onclick: () => this.select(item.id) },
      make("td", {}, jump), ...person, make("td", {}, clock(item.onset)), make("td", {}, `${(item.offset - item.onset).toFixed(2)} s`),
      make("td", { title: alternativesOf(item) }, make("i", { className: "swatch", style: { "--part": this.data.colours[item.part] ?? "var(--muted)" } }), titleOf(item)),
      make("td", {}, item.code), make("td", {}, item.part),
      make("td", {}, item.confidence === null ? "–" : `${Math.round(100 * item.confidence)} %`),
      make("td", {}, make("span", { className: `chip ${sourceOf(item)}` }, sourceOf(item))));
  }
}
