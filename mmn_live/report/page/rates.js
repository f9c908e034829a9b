// Rates per minute and shares of time: the definition of report/statistics.py, for events that were corrected.
import { intersection, seconds, union } from "./spans.js";

/** The figures of one person, shaped as Python's. `events` may be of anybody and hold no deleted ones. */
export function summarise(person, events, bodyParts, selfTouch) {
  const mine = events.filter((event) => event.person === person.id);
  const names = Object.keys(bodyParts);
  const ofPart = (part) => names.filter((name) => bodyParts[name] === part);
  const touching = names.filter((name) => selfTouch.includes(bodyParts[name]));
  const parts = [...new Set(Object.values(bodyParts))];
  return {
    person: person.id,
    total: rate("all", mine, person.observed),
    selfTouch: rate("self-touch", mine.filter((e) => selfTouch.includes(e.part)), spansOf(person, touching)),
    bodyParts: parts.map((part) => rate(part, mine.filter((e) => e.part === part), spansOf(person, ofPart(part)))),
    labels: names.map((name) => rate(name, mine.filter((e) => e.label === name), spansOf(person, [name]))),
  };
}

/** The figures of all people together, over their person-minutes. */
export function pool(people) {
  const across = (field) => people[0][field].map((_, i) => sum(people.map((person) => person[field][i])));
  return {
    person: null,
    total: sum(people.map((person) => person.total)),
    selfTouch: sum(people.map((person) => person.selfTouch)),
    bodyParts: across("bodyParts"),
    labels: across("labels"),
  };
}

function spansOf(person, labels) {
  return union(labels.flatMap((name) => (person.observedByLabel[name] ?? person.observed).map((span) => [...span])));
}

function rate(name, events, observed) {
  const covered = events.map((event) => intersection([[event.onset, event.offset]], observed));
  const count = covered.filter((spans) => spans.length > 0).length;
  return figures(name, count, seconds(union(covered.flat())), seconds(observed));
}

function sum(rates) {
  const total = (field) => rates.reduce((all, one) => all + one[field], 0);
  return figures(rates[0].name, total("count"), total("duration"), total("observed"));
}

function figures(name, count, duration, observed) {
  const known = observed > 0;
  return {
    name, count, duration, observed,
    perMinute: known ? (60 * count) / observed : null,
    share: known ? duration / observed : null,
  };
}
