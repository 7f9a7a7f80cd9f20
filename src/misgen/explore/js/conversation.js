// A conversation, line by line: the reader presses what he says, and hears what is said to him.

import { announcer, Choices, frame, h, icon, selector, sourceLine } from "./shared.js";

class ConversationExplorer {
  constructor(model, el) {
    this.model = model;
    this.table = model.get("table");
    this.choices = new Choices(model, this.table.controls, () => this.update());
    this.#build(el);
    this.update();
    this.live.listen();
  }

  #build(el) {
    const { title, subtitle, source } = this.table;
    this.live = announcer();
    this.source = sourceLine(source, this.model);
    this.which = this.#selector();
    this.lines = h("ol", { class: "mg-dialogue" });
    this.note = h("p", { class: "mg-story" });
    this.go = h("button", { type: "button", class: "mg-button mg-primary", onclick: () => this.#next() });
    const picks = h("div", { class: "mg-picks" }, this.which.element);
    el.append(frame(title, subtitle, picks, this.lines, this.note, h("div", { class: "mg-bar" }, this.go),
      this.source.element, this.live.element));
  }

  /** The list of dialogues; another one begins with its first line. */
  #selector() {
    const { choices } = this;
    const [{ name, label, labels, next }] = this.table.controls;
    const fromTheFirst = {
      get indices() { return choices.indices; },
      choose: (of, i) => { choices.indices.line = 0; choices.choose(of, i); },
    };
    return selector(fromTheFirst, name, label, labels, next);
  }

  get #dialogue() {
    return this.table.dialogues[this.choices.indices.dialogue];
  }

  /** How many lines are told; an address may ask for more than this dialogue has. */
  get #count() {
    return Math.min(this.choices.indices.line + 1, this.#dialogue.lines.length);
  }

  #next() {
    const { lines } = this.#dialogue;
    const isOver = this.#count === lines.length;
    this.choices.choose("line", isOver ? 0 : this.#count);
    const { who, text } = lines[this.#count - 1];
    this.live.say(who ? `${who}: ${text}` : text);
  }

  update() {
    const { lines, note } = this.#dialogue;
    const count = this.#count;
    const isOver = count === lines.length;
    this.which.update();
    this.lines.replaceChildren(...lines.slice(0, count).map(({ side, who, text }) =>
      h("li", { class: `mg-said mg-by-${side}` }, who ? h("b", {}, who) : null, h("span", {}, text))));
    this.note.textContent = note;
    this.note.hidden = !isOver || !note;
    this.#label(isOver ? null : lines[count]);
  }

  #label(line) {
    if (line === null) this.go.replaceChildren(icon("restart"), h("span", {}, "From the start"));
    else if (line.side === "you") this.go.replaceChildren(h("span", {}, `Say: “${line.text}”`));
    else this.go.replaceChildren(icon("next"), h("span", {}, "Go on"));
  }

  stop() {
    for (const part of [this.choices, this.live, this.source]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new ConversationExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
