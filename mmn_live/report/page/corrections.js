// What the reviewer says about the events: kept in the browser, undone step by step.

const SHORTEST = 0.04;
const SAME = 0.0005;
const KEPT_STEPS = 1000;

/** In place of a label's id: the item names a body part and no class. */
const PART = -1;

export function isPart(item) {
  return item.labelId === PART;
}

/** The classes that it most probably is, as [name, probability]; what an older report kept in the browser has none. */
export function choicesOf(item) {
  return item.alternatives ?? [];
}

/**
 * What an item of a body part may have been, as `Event.question`: "touching nose or rubbing eyes?"; "" of one of a class.
 * The second class is left out where it is less than half as probable as the first.
 */
export function questionOf(item) {
  const [first, second] = choicesOf(item);
  if (!isPart(item) || !first) return "";
  const shown = second && 2 * second[1] >= first[1] ? [first, second] : [first];
  return `${shown.map(([name]) => name).join(" or ")}?`;
}

/** The item in words, as `Event.title`. */
export function titleOf(item) {
  const question = questionOf(item);
  return question ? `${item.label}: ${question}` : item.label;
}

/** What else it may have been, in words: "touching nose 41 %, rubbing eyes 33 %". */
export function alternativesOf(item) {
  return choicesOf(item).map(([name, probability]) => `${name} ${Math.round(100 * probability)} %`).join(", ");
}

/** What became of an item: one word, as in the CSV. Both moved and relabelled is "relabelled". */
export function sourceOf(item) {
  if (item.deleted) return "deleted";
  if (!item.original) return "added";
  if (item.label !== item.original.label) return "relabelled";
  if (item.onset !== item.original.onset || item.offset !== item.original.offset) return "moved";
  return item.accepted ? "accepted" : "unreviewed";
}

/** The session's events and the corrections to them. `storage` may be null where the browser keeps nothing. */
export class Corrections {
  constructor(events, key, duration, storage) {
    this.duration = duration;
    this.storage = storage;
    this.storageKey = `mmn-live:review:${key}`;
    this.items = new Map(events.map((event, i) => [`e${i}`, fresh(`e${i}`, event)]));
    this.undone = [];
    this.done = [];
    this.orphans = 0;
    this.listeners = [];
    this.load();
  }

  /** Everything, deleted items too, by onset. */
  all() {
    const byOnset = (a, b) => a.onset - b.onset || a.person - b.person || (a.id < b.id ? -1 : 1);
    this.sorted ??= [...this.items.values()].sort(byOnset);
    return this.sorted;
  }

  /** What is not deleted, by onset. */
  kept() {
    return this.all().filter((item) => !item.deleted);
  }

  get reviewed() {
    return this.all().filter((item) => sourceOf(item) !== "unreviewed").length;
  }

  get(id) {
    return this.items.get(id);
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  change(id, patch) {
    const before = this.items.get(id);
    this.step({ id, before, after: { ...before, ...patch } });
  }

  relabel(id, label) {
    this.change(id, named(label));
  }

  /** Move an edge ("onset" or "offset") to a time; it stays in the session and on its side of the other edge. */
  move(id, edge, time) {
    const target = this.clamped(this.items.get(id), edge, time);
    if (target !== this.items.get(id)[edge]) this.change(id, { [edge]: target });
  }

  clamped(item, edge, time) {
    const [low, high] = edge === "onset" ? [0, item.offset - SHORTEST] : [item.onset + SHORTEST, this.duration];
    const target = Number(Math.min(Math.max(time, low), Math.max(high, low)).toFixed(3));
    const original = item.original?.[edge];
    return Math.abs(target - original) < SAME ? original : target;
  }

  /** A new event; returns its id. */
  add(person, onset, offset, label) {
    let number = 1;
    while (this.items.has(`a${number}`) || this.done.concat(this.undone).some((step) => step.id === `a${number}`)) number += 1;
    const id = `a${number}`;
    const first = Number(Math.max(0, Math.min(onset, this.duration - SHORTEST)).toFixed(3));
    const last = Number(Math.max(first + SHORTEST, Math.min(offset, this.duration)).toFixed(3));
    const times = { onset: first, offset: last };
    const item = { id, person, ...times, ...named(label), confidence: null, alternatives: [], original: null, accepted: false, deleted: false };
    this.step({ id, before: null, after: item });
    return id;
  }

  /** Take the last step back; returns the id of its event, or null where there is none. */
  undo() {
    const step = this.done.pop();
    if (!step) return null;
    this.undone.push(step);
    this.put(step.id, step.before);
    return step.id;
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    this.done.push(step);
    this.put(step.id, step.after);
    return step.id;
  }

  step(step) {
    this.done.push(step);
    if (this.done.length > KEPT_STEPS) this.done.shift();
    this.undone = [];
    this.put(step.id, step.after);
  }

  put(id, item) {
    if (item) this.items.set(id, item);
    else this.items.delete(id);
    this.sorted = null;
    this.save();
    for (const listener of this.listeners) listener();
  }

  save() {
    if (!this.storage) return;
    const changed = this.all().filter((item) => sourceOf(item) !== "unreviewed" || item.accepted);
    try {
      this.storage.setItem(this.storageKey, JSON.stringify({ version: 1, changed, done: this.done, undone: this.undone }));
    } catch {
      this.storage = null;
    }
  }

  /** Take up what an earlier visit left; corrections to events that this session no longer has are counted, not used. */
  load() {
    const text = this.storage?.getItem(this.storageKey);
    if (!text) return;
    try {
      const { changed, done, undone } = JSON.parse(text);
      const fits = ({ id, original }) => !original || same(this.items.get(id)?.original, original);
      const usable = changed.filter(fits);
      this.orphans = changed.length - usable.length;
      for (const item of usable) this.items.set(item.id, item);
      const known = (step) => fits(step.before ?? step.after);
      [this.done, this.undone] = [done.filter(known), undone.filter(known)];
    } catch {
      this.orphans = 1;
    }
  }
}

function fresh(id, event) {
  const { onset, offset, label, code } = event;
  return { id, ...event, original: { onset, offset, label, code }, accepted: false, deleted: false };
}

function named(label) {
  return { label: label.name, code: label.code, labelId: label.id, part: label.part };
}

function same(a, b) {
  return a !== undefined && a.onset === b.onset && a.offset === b.offset && a.label === b.label;
}
