// The keys: one table that is both shown and obeyed.
import { byId, make } from "./dom.js";

const FRAME = 0.04;

/** `run` gets the review and the timeline; Shift is named where it matters, else ignored. */
export const KEYS = [
  { group: "Events", keys: ["j"], show: "J", text: "next event", run: ({ review }) => review.go(1) },
  { group: "Events", keys: ["k"], show: "K", text: "previous event", run: ({ review }) => review.go(-1) },
  { group: "Events", keys: ["m"], show: "M", text: "next event that is not reviewed", run: ({ review }) => review.goUnreviewed() },
  { group: "Events", keys: ["Enter"], show: "Enter", text: "play the event", run: ({ review }) => review.play() },
  { group: "Review", keys: ["a"], show: "A", text: "accept, and on to the next that is not reviewed", run: ({ review }) => review.accept() },
  { group: "Review", keys: ["r"], show: "R", text: "relabel", run: ({ review }) => review.relabel() },
  { group: "Review", keys: ["1"], show: "1", text: "name it as the most probable class", run: ({ review }) => review.takeAlternative(0) },
  { group: "Review", keys: ["2"], show: "2", text: "as the second", run: ({ review }) => review.takeAlternative(1) },
  { group: "Review", keys: ["3"], show: "3", text: "as the third", run: ({ review }) => review.takeAlternative(2) },
  { group: "Review", keys: ["n"], show: "N", text: "new event at the playhead", run: ({ review }) => review.add() },
  { group: "Review", keys: ["x", "Delete"], show: "X", text: "delete, or take back the deletion", run: ({ review }) => review.remove() },
  { group: "Review", keys: ["u"], show: "U", text: "undo (Shift: redo)", run: ({ review }, shift) => review.undo(shift) },
  { group: "Boundaries", keys: ["s"], show: "S", text: "onset 0.04 s earlier (Shift: 0.4 s)", run: ({ review }, shift) => review.nudge("onset", -by(shift)) },
  { group: "Boundaries", keys: ["d"], show: "D", text: "onset later", run: ({ review }, shift) => review.nudge("onset", by(shift)) },
  { group: "Boundaries", keys: ["f"], show: "F", text: "offset earlier", run: ({ review }, shift) => review.nudge("offset", -by(shift)) },
  { group: "Boundaries", keys: ["g"], show: "G", text: "offset later", run: ({ review }, shift) => review.nudge("offset", by(shift)) },
  { group: "Boundaries", keys: ["i"], show: "I", text: "onset to the playhead", run: ({ review }) => review.edgeHere("onset") },
  { group: "Boundaries", keys: ["o"], show: "O", text: "offset to the playhead", run: ({ review }) => review.edgeHere("offset") },
  { group: "Time", keys: [" "], show: "Space", text: "play, pause", run: ({ player }) => player.toggle() },
  { group: "Time", keys: ["ArrowLeft"], show: "←", text: "0.04 s back (Shift: 1 s)", run: ({ player }, shift) => player.step(shift ? -1 : -FRAME) },
  { group: "Time", keys: ["ArrowRight"], show: "→", text: "0.04 s on (Shift: 1 s)", run: ({ player }, shift) => player.step(shift ? 1 : FRAME) },
  { group: "View", keys: ["+", "="], show: "+", text: "zoom in (or turn the wheel)", run: ({ timeline }) => timeline.zoom(1 / 1.6) },
  { group: "View", keys: ["-", "_"], show: "−", text: "zoom out", run: ({ timeline }) => timeline.zoom(1.6) },
  { group: "View", keys: ["0"], show: "0", text: "show everything", run: ({ timeline }) => timeline.fit() },
  { group: "View", keys: ["z"], show: "Z", text: "zoom to the event", run: ({ review }) => review.zoomTo() },
  { group: "View", keys: ["p"], show: "P", text: "probabilities", run: ({ timeline }) => timeline.toggleProbabilities() },
  { group: "View", keys: ["?"], show: "?", text: "these keys", run: () => showHelp() },
];

function by(shift) {
  return shift ? 10 * FRAME : FRAME;
}

/** Obey the keys, wherever on the page, but where something is being typed or a dialog is open. */
export function obeyKeys(parts) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]") || isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return undoKey(event, parts);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((key === "Enter" || key === " ") && event.target.closest("button:not(.event), a, summary")) return;
    const found = KEYS.find(({ keys }) => keys.includes(key));
    if (!found) return;
    event.preventDefault();
    found.run(parts, event.shiftKey);
  });
}

function undoKey(event, { review }) {
  const key = event.key.toLowerCase();
  if (event.altKey || !["z", "y"].includes(key)) return;
  event.preventDefault();
  review.undo(key === "y" || event.shiftKey);
}

/** A dialog that has just closed keeps the focus until the page is drawn again: keys are no longer for it. */
function isTyping(target) {
  return target.matches("input, select, textarea, [contenteditable]") && !target.closest("dialog:not([open])");
}

export function showHelp() {
  byId("help").showModal();
}

/** Fill the dialog that lists the keys. */
export function buildHelp() {
  const dialog = byId("help");
  const groups = [...new Set(KEYS.map(({ group }) => group))];
  const rows = (group) => KEYS.filter((key) => key.group === group).flatMap(({ show, text }) => [
    make("dt", {}, make("kbd", {}, show)), make("dd", {}, text),
  ]);
  dialog.append(
    make("div", { className: "bar" }, make("h2", {}, "Keys"), make("span", { className: "grow" }),
      make("button", { type: "button", className: "small", onclick: () => dialog.close() }, "Close ", make("kbd", {}, "Esc"))),
    make("div", { className: "key-groups" }, ...groups.map((group) => make("section", {}, make("h3", {}, group), make("dl", {}, ...rows(group))))),
    make("p", { className: "muted" }, "With the mouse: click to go there, drag the timeline to move it, turn the wheel to zoom (Shift: to move), drag an event's edges to move its boundaries. A click into a person's lanes makes new events that person's."),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  byId("help-button").addEventListener("click", showHelp);
}
