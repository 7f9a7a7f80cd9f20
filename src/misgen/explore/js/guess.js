// The guess: choose, lock it in, and only then see what came out.

import { announcer, frame, h, plain, sentence } from "./shared.js";
import { lockingButtons, Outcome, Prediction } from "./prediction.js";

let guesses = 0; // radio buttons of one guess share a name, and no two guesses do

class GuessExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.live = announcer();
    this.prediction = new Prediction(this.table, el, () => this.#refresh());
    this.#build(el);
    this.#refresh();
    this.live.listen();
  }

  #build(el) {
    const { title, question, answers, outcome } = this.table;
    guesses += 1;
    this.radios = answers.map((_, i) => h("input", { type: "radio", name: `mg-guess-${guesses}`, value: i }));
    this.yours = answers.map(() => h("em", { class: "mg-yours" }, "your guess"));
    this.labels = answers.map(({ text }, i) =>
      h("label", { class: "mg-option" }, this.radios[i], h("span", {}, ...sentence(text), " ", this.yours[i])));
    this.buttons = lockingButtons(() => this.#lock(), () => this.#show());
    this.outcome = new Outcome(this.prediction, outcome, () => this.radios[0].focus());
    const onchange = () => { this.buttons.lock.disabled = false; };
    const asked = h("fieldset", { class: "mg-question", onchange },
      h("legend", {}, ...sentence(question)), ...this.labels, this.buttons.element);
    el.append(frame(title, null, asked, this.outcome.element, this.live.element));
  }

  /** The number of the answer that was locked, or -1. */
  get #chosen() {
    return this.table.answers.findIndex(({ text }) => plain(text) === this.prediction.record?.choice);
  }

  get #feedback() {
    return this.table.answers[this.#chosen]?.feedback ?? this.prediction.said;
  }

  #refresh() {
    const { isOpen } = this.prediction;
    const chosen = this.#chosen;
    this.radios.forEach((radio, i) => {
      radio.disabled = isOpen;
      radio.checked = isOpen ? i === chosen : false;
      this.yours[i].hidden = i !== chosen;
    });
    this.buttons.element.hidden = isOpen;
    this.buttons.lock.disabled = true;
    this.outcome.refresh(this.#feedback);
  }

  #lock() {
    const chosen = this.radios.findIndex((radio) => radio.checked);
    this.prediction.lock(plain(this.table.answers[chosen].text));
    this.prediction.open();
    this.#tell();
  }

  #show() {
    this.prediction.show();
    this.#tell();
  }

  #tell() {
    this.outcome.focus();
    this.live.say(`${plain(this.#feedback)} What came out: ${plain(this.table.outcome)}`.trim());
  }

  stop() {
    this.live.stop();
    this.prediction.stop();
  }
}

function render({ model, el }) {
  const explorer = new GuessExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
