// The classification game: a case, four classes, feedback; at the end the result and a review.

import { announcer, Choices, frame, h, readArrays, selector, sourceLine } from "../../explore/js/shared.js";

const MARKS = { true: "✓", false: "✗" };

function button(text, onclick, name = "mg-button") {
  return h("button", { type: "button", class: name, onclick }, text);
}

function references(sources) {
  const one = ({ label, url }) => (url ? h("a", { href: url }, label) : h("span", {}, label));
  return h("p", { class: "mg-story" }, "Sources: ",
    ...sources.flatMap((source, i) => (i ? ["; ", one(source)] : [one(source)])));
}

class CasesExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.shuffles = readArrays(model).shuffles;
    const { rounds, orders } = this.table;
    const controls = [{ name: "round", values: rounds }, { name: "order", values: orders }];
    this.choices = new Choices(model, controls, () => this.#start());
    this.#build(model, el);
    this.#start();
    this.live.listen();
  }

  #build(model, el) {
    const { title, hint, rounds } = this.table;
    this.live = announcer();
    this.progress = h("p", { class: "mg-progress" });
    this.marks = h("ol", { class: "mg-marks", "aria-hidden": "true" });
    this.stage = h("div", { class: "mg-case", tabindex: -1 });
    this.tally = h("ul", { class: "mg-tally" });
    const lengths = [`${rounds[0]} cases`, `all ${rounds[1]} cases`];
    this.round = selector(this.choices, "round", "Round", lengths);
    const shuffle = button("New shuffle", () => this.#shuffle());
    this.source = sourceLine(this.table.source, model);
    const root = frame(title, hint,
      h("div", { class: "mg-bar" }, this.progress, this.marks), this.stage, this.tally,
      h("div", { class: "mg-picks" }, this.round.element, shuffle),
      this.#list(), this.source.element, this.live.element);
    root.addEventListener("keydown", (event) => this.#key(event));
    el.append(root);
  }

  // --------------------------------------------------------------------------- the round

  #shuffle() {
    this.choices.choose("order", (this.choices.indices.order + 1) % this.table.orders.length);
    this.#lookAtTitle();
  }

  #start() {
    const count = this.table.cases.length;
    const first = this.choices.indices.order * count;
    this.round.update();
    this.#play(Array.from(this.shuffles.subarray(first, first + this.choices.values().round)));
  }

  #play(sequence) {
    this.sequence = sequence;
    this.answers = [];
    this.#ask();
  }

  #case(place) {
    return this.table.cases[this.sequence[place]];
  }

  #isRight(place) {
    return this.answers[place] === this.#case(place).kind;
  }

  #right() {
    return this.answers.filter((_, place) => this.#isRight(place)).length;
  }

  #key(event) {
    const answer = Number(event.key) - 1;
    const busy = event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === "SELECT";
    if (busy || !this.asking || !(answer in this.table.kinds)) return;
    event.preventDefault();
    this.#answer(answer);
  }

  #ask() {
    this.asking = true;
    this.finished = false;
    const place = this.answers.length;
    const { title, story } = this.#case(place);
    this.buttons = this.table.kinds.map((kind, i) => this.#choice(kind, i));
    this.after = h("div", { class: "mg-verdictbox", hidden: true });
    this.stage.replaceChildren(
      h("p", { class: "mg-casetitle", tabindex: -1 }, title), h("p", { class: "mg-casestory" }, story),
      h("div", { class: "mg-choices", role: "group", "aria-label": "Classes" }, ...this.buttons),
      this.after);
    this.#showScore();
    this.live.say(`${this.progress.textContent}: ${title}. ${story}`);
  }

  #choice({ name, meaning }, i) {
    return h("button", { type: "button", class: "mg-button mg-choice", onclick: () => this.#answer(i) },
      h("kbd", { "aria-hidden": "true" }, `${i + 1}`),
      h("span", {}, h("b", {}, name), h("small", {}, meaning)), h("i", { class: "mg-yourmark" }));
  }

  #answer(answer) {
    this.asking = false;
    const place = this.answers.length;
    this.answers.push(answer);
    this.buttons.forEach((one, i) => this.#settle(one, i, answer, this.#case(place).kind));
    const last = this.answers.length === this.sequence.length;
    const next = last
      ? button("See the result", () => this.#finish(), "mg-button mg-primary")
      : button("Next case", () => this.#next(), "mg-button mg-primary");
    this.after.replaceChildren(...this.#explained(place, this.#verdict(place)), next);
    this.after.hidden = false;
    this.#showScore();
    next.focus();
    const { why, whyNot } = this.#case(place);
    this.live.say([this.#verdict(place), whyNot[answer], why].filter(Boolean).join(" "));
  }

  /** Why the chosen class does not fit, if it is not the answer; why the answer does; the sources. */
  #explained(place, verdict) {
    const { why, whyNot, sources } = this.#case(place);
    const reason = whyNot[this.answers[place]];
    const said = h("strong", {}, `${verdict} `);
    const texts = reason ? [h("p", {}, said, reason), h("p", {}, why)] : [h("p", {}, said, why)];
    return [...texts, references(sources)];
  }

  #settle(one, i, answer, kind) {
    one.disabled = true;
    one.classList.toggle("mg-right", i === kind);
    one.classList.toggle("mg-wrong", i === answer && i !== kind);
    const mark = i === kind ? `${MARKS[true]} the answer` : i === answer ? `${MARKS[false]} your answer` : "";
    one.querySelector(".mg-yourmark").textContent = mark;
  }

  #verdict(place) {
    const name = this.table.kinds[this.#case(place).kind].name.toLowerCase();
    return this.#isRight(place) ? `Right: ${name}.` : `Not “${this.#chosen(place)}”, but “${name}”.`;
  }

  #chosen(place) {
    return this.table.kinds[this.answers[place]].name.toLowerCase();
  }

  #next() {
    this.#ask();
    this.#lookAtTitle();
  }

  /** Hand on the focus, which would be lost with the button that was pressed. */
  #lookAtTitle() {
    this.stage.querySelector(".mg-casetitle").focus();
  }

  // ----------------------------------------------------------------------------- results

  #finish() {
    this.finished = true;
    const wrong = this.sequence.filter((_, place) => !this.#isRight(place));
    const total = `${this.#right()} of ${this.sequence.length} right.`;
    const reviewed = this.sequence.map((_, place) => place).filter((place) => !this.#isRight(place));
    const again = wrong.length
      ? button("Play these again", () => { this.#play(wrong); this.#lookAtTitle(); }, "mg-button mg-primary")
      : button("Another round", () => this.#shuffle(), "mg-button mg-primary");
    this.stage.replaceChildren(...[
      h("p", { class: "mg-casetitle", tabindex: -1 }, total), h("p", {}, this.#advice(wrong.length)),
      wrong.length ? h("ul", { class: "mg-review" }, ...reviewed.map((place) => this.#review(place))) : null,
      again,
    ].filter(Boolean));
    this.#showScore();
    this.progress.textContent = "The result";
    this.#lookAtTitle();
    this.live.say(`${total} ${this.#advice(wrong.length)}`);
  }

  #advice(count) {
    if (count === 0) return "No case was left to look at again.";
    return count === 1 ? "One case to look at again:" : `${count} cases to look at again:`;
  }

  #review(place) {
    const { title, story, kind } = this.#case(place);
    const answers = `You said ${this.#chosen(place)}; it is ${this.table.kinds[kind].name.toLowerCase()}.`;
    return h("li", {}, h("p", {}, h("b", {}, `${title}. `), story), ...this.#explained(place, answers));
  }

  #showScore() {
    const { length } = this.sequence;
    const asked = Math.min(this.answers.length + (this.asking ? 1 : 0), length);
    this.progress.textContent = `Case ${asked} of ${length}, ${this.#right()} right so far`;
    this.marks.replaceChildren(...this.sequence.map((_, place) => this.#mark(place, this.finished ? -1 : asked - 1)));
    this.tally.replaceChildren(...this.table.kinds.map((kind, i) => this.#count(kind, i)));
  }

  #mark(place, now) {
    const answered = place < this.answers.length;
    const name = [answered && (this.#isRight(place) ? "mg-right" : "mg-wrong"), place === now && "mg-now"];
    return h("li", { class: name.filter(Boolean).join(" ") }, answered ? MARKS[this.#isRight(place)] : "");
  }

  #count({ name }, i) {
    const places = this.answers.map((_, place) => place).filter((place) => this.#case(place).kind === i);
    const right = places.filter((place) => this.#isRight(place)).length;
    return h("li", {}, h("span", {}, name), h("b", {}, places.length ? `${right} of ${places.length}` : "–"));
  }

  // -------------------------------------------------------------------------------- list

  /** All cases with their classes; filled when it is first opened. */
  #list() {
    const box = h("details", { class: "mg-all" }, h("summary", {}, `All ${this.table.cases.length} cases, with answers`));
    box.addEventListener("toggle", () => {
      if (box.open && box.children.length === 1) box.append(...this.table.kinds.flatMap((kind, i) => this.#chapter(kind, i)));
    });
    return box;
  }

  #chapter({ name, meaning }, i) {
    const item = ({ title, story, why, sources }) =>
      h("li", {}, h("p", {}, h("b", {}, `${title}. `), story), h("p", {}, why), references(sources));
    const items = this.table.cases.filter(({ kind }) => kind === i).map(item);
    return [h("p", { class: "mg-casetitle" }, name), h("p", { class: "mg-story" }, meaning),
      h("ul", { class: "mg-review" }, ...items)];
  }

  stop() {
    for (const part of [this.choices, this.live, this.source]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new CasesExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
