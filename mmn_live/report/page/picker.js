// The list of labels, narrowed down by typing: for relabelling and for new events.
import { byId, make } from "./dom.js";

/** Ask for a label; `done(label)` is called when one is chosen, and nothing when the dialog is left. */
export class Picker {
  constructor(labels, colours) {
    this.labels = labels;
    this.colours = colours;
    this.dialog = byId("picker");
    this.input = make("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: false, placeholder: "Type a name, code, body part …",
      "aria-label": "Filter the labels", "aria-controls": "labels", "aria-expanded": "true", "aria-autocomplete": "list",
      oninput: () => this.filter(),
      onkeydown: (event) => this.key(event),
    });
    this.title = make("h2");
    this.options = make("div", { id: "labels", role: "listbox", "aria-label": "Labels" });
    this.dialog.append(this.title, this.input, this.options);
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
  }

  /** `likely` is marked where `current` is no label of the list. */
  open(title, current, done, likely) {
    this.done = done;
    this.title.textContent = title;
    this.input.value = "";
    this.current = current;
    this.filter();
    this.dialog.showModal();
    this.input.focus();
    const at = (name) => this.shown.findIndex((label) => label.name === name);
    this.mark(Math.max(at(current) < 0 ? at(likely) : at(current), 0));
  }

  filter() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const textOf = (label) => `${label.code} ${label.name} ${label.part}`.toLowerCase();
    this.shown = this.labels.filter((label) => words.every((word) => textOf(label).includes(word)));
    this.options.replaceChildren(...this.shown.map((label, i) => this.option(label, i)));
    if (!this.shown.length) this.options.append(make("p", { className: "muted" }, "No label matches."));
    this.mark(0);
  }

  option(label, i) {
    return make(
      "div",
      { role: "option", id: `label-${i}`, title: label.text, "aria-selected": "false", onclick: () => this.choose(i) },
      make("i", { className: "swatch", style: { "--part": this.colours[label.part] } }),
      make("span", { className: "code" }, label.code),
      make("span", { className: "grow" }, label.name, label.name === this.current ? " (now)" : ""),
      make("span", { className: "muted" }, label.part),
    );
  }

  mark(i) {
    this.options.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
    this.marked = i;
    const option = byId(`label-${i}`);
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option ? option.id : "");
  }

  key(event) {
    const count = this.shown.length;
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move && count) this.mark(Math.min(Math.max(this.marked + move, 0), count - 1));
    else if (event.key === "Enter") this.choose(this.marked);
    else return;
    event.preventDefault();
  }

  choose(i) {
    const label = this.shown[i];
    if (!label) return;
    this.dialog.close();
    this.done(label);
  }
}
