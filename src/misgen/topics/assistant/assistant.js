// The assistant: compose a week, see what it knows that you prefer, and what it books.

import { announcer, Choices, frame, h, plain, readArrays, sentence, sourceLine } from "../../explore/js/shared.js";
import { BarChart } from "../../explore/js/bars.js";
import { controlOf } from "../../explore/js/controls.js";
import { View } from "../../explore/js/view.js";
import { Assistants, filled, lookAt } from "./model.js";
import { AnswerTable, Calendar, Everyone } from "./pictures.js";

const WEEK = ["taste", "caution", "situation", "wish", "day"];

let groups = 0; // radio buttons of one group share a name, and no two groups do

/** Buttons of which at most one is pressed. */
class Pills {
  constructor(legend, labels, choose) {
    groups += 1;
    this.inputs = labels.map((_, i) => h("input", { type: "radio", name: `mg-pills-${groups}`, onchange: () => choose(i) }));
    const pills = labels.map((label, i) => h("label", { class: "mg-brush" }, this.inputs[i], h("span", {}, label)));
    this.element = h("fieldset", { class: "mg-brushes mg-pills" }, h("legend", {}, legend), ...pills);
  }

  show(index) {
    this.inputs.forEach((input, i) => { input.checked = i === index; });
  }
}

class AssistantExplorer {
  constructor(model, el) {
    this.model = model;
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.assistants = new Assistants(this.arrays, this.table.weights);
    this.choices = new Choices(model, this.table.controls, () => this.update());
    this.#build(el);
    this.update();
    this.live.listen();
  }

  control(name) {
    return this.table.controls.find((control) => control.name === name);
  }

  // ---------------------------------------------------------------------------- building

  #build(el) {
    const { table, choices } = this;
    const { says } = table;
    const made = [...WEEK, "distinguishing"].map((name) =>
      [name, controlOf(this.control(name), choices, () => {})]);
    this.controls = Object.fromEntries(made);
    this.causes = new Pills(says.causes, this.control("causes").labels, (i) => choices.choose("causes", i));
    this.answers = new AnswerTable(table);
    this.calendar = new Calendar(table);
    this.everyone = new Everyone(table, this.control("seed"), (k) => choices.choose("seed", k));
    this.rates = new BarChart(table.rates, this.#ratesView());
    this.heading = h("p", { class: "mg-heading" });
    this.met = h("p", { class: "mg-story" });
    this.say = h("p", { class: "mg-say" });
    this.live = announcer();
    this.source = sourceLine(table.source, this.model);
    el.append(frame(table.title, table.subtitle, this.#board(), this.source.element, this.live.element));
  }

  /** The measured rates follow the fine-tuning, which two controls choose together. */
  #ratesView() {
    const { axis, texts } = this.table;
    const indices = { [axis.name]: 0 };
    this.showRates = (setting) => { indices[axis.name] = setting; this.rates.refresh(); };
    return new View({ controls: [axis], texts }, this.arrays, { indices });
  }

  #board() {
    const { says, rates } = this.table;
    const part = (heading, ...children) => h("div", { class: "mg-part" }, heading, ...children);
    const title = (text) => h("p", { class: "mg-heading" }, text);
    const people = WEEK.map((name) => this.controls[name].element);
    const training = [this.controls.distinguishing.element, h("p", { class: "mg-story" }, says.share_note), this.causes.element, this.met];
    const side = (...parts) => h("div", { class: "mg-side" }, ...parts);
    // The week stands by the answers on a phone; assistant.css puts them side by side where there is room.
    return h("div", { class: "mg-board mg-assistant" },
      side(part(title(says.week), h("div", { class: "mg-people" }, ...people))),
      side(
        part(this.heading, this.answers.element, this.calendar.element, this.say),
        part(null, this.everyone.element)),
      side(
        part(title(says.training), ...training),
        part(title(rates.label), this.rates.element)));
  }

  // ------------------------------------------------------------------------------ showing

  update() {
    const { table, assistants, arrays, choices: { indices } } = this;
    const values = this.choices.values();
    const look = lookAt(table, assistants, arrays.preferred, indices);
    for (const control of Object.values(this.controls)) control.refresh();
    this.#showTraining(values, indices);
    this.heading.textContent = filled(table.says.answers, { seed: values.seed });
    this.answers.show(look);
    this.calendar.show(look);
    this.everyone.show(look);
    this.showRates(look.setting);
    this.say.replaceChildren(...sentence(look.sentence));
    this.live.say(plain(look.sentence));
  }

  #showTraining({ distinguishing }, indices) {
    const { says, met } = this.table;
    const nothing = distinguishing === 0;
    this.causes.element.disabled = nothing;
    this.causes.show(indices.causes);
    this.met.textContent = nothing ? says.no_effect : met[indices.causes];
  }

  stop() {
    for (const part of [this.choices, this.live, this.source, this.rates, ...Object.values(this.controls)]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new AssistantExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
