// The map of the book: filters, the plane, and one agent with its numbers and its replay.

import { announcer, bookLink, Choices, frame, h, plain, readArrays, s, sentence, sourceLine } from "../../explore/js/shared.js";
import { MARKS } from "../../explore/js/slider.js";
import { controlOf } from "../../explore/js/controls.js";
import { Plane } from "./plane.js";

const percent = (share) => (Number.isNaN(share) ? "none" : `${Math.round(100 * share)} %`);

class BookMapExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.model = model;
    this.ids = [...this.arrays.training].map((_, i) => this.#id(i));
    const controls = [...Object.values(this.table.controls), { name: "agent", values: this.ids }];
    this.choices = new Choices(model, controls, () => this.update());
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    this.live = announcer();
    this.controls = Object.fromEntries(Object.values(table.controls).map((control) =>
      [control.name, controlOf(control, choices, () => {})]));
    this.plane = new Plane(table, {
      marks: [...this.arrays.training].map((_, i) => this.#world(i).mark),
      names: (i) => this.#told(i),
      choose: (i) => this.choices.choose("agent", i),
      preview: (i) => this.#preview(i),
    });
    this.counts = table.scenarios.map(() => h("span", { class: "mg-value" }));
    this.card = h("div", { class: "mg-agentcard" });
    this.say = h("p", { class: "mg-say" });
    this.numbers = h("details", { class: "mg-numbers", ontoggle: () => this.#fillTable() }, h("summary", {}, "The numbers of these agents"));
    this.source = sourceLine(table.source, model);
    const { world, seed, seen, distinguishing: share } = this.controls;
    const picks = h("div", { class: "mg-picks mg-stacked" }, world.element, seed.element, seen.element);
    const board = h("div", { class: "mg-columns mg-map" },
      h("div", {}, this.plane.element, share.element),
      h("div", {}, this.card, this.#legend()));
    el.append(frame(table.title, table.subtitle, picks, board, this.say, this.#definitions(), this.numbers, this.source.element, this.live.element));
  }

  #legend() {
    const mark = (shape, classes) => s("svg", { class: `mg-mark ${classes}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, MARKS[shape](8, 8, 5));
    const worlds = this.table.worlds.map(({ name, mark: shape }) =>
      h("li", {}, mark(shape, "mg-ink-mute"), h("span", { class: "mg-name" }, name)));
    const scenarios = this.table.scenarios.map(({ name, label }, i) =>
      h("li", {}, mark("circle", `mg-point-${name}`), h("span", { class: "mg-name" }, label), this.counts[i]));
    return h("div", {}, h("ul", { class: "mg-legend mg-shapes" }, ...worlds), h("ul", { class: "mg-legend mg-plain" }, ...scenarios));
  }

  #definitions() {
    const items = this.table.worlds.flatMap(({ name, capability, goal }) => [
      h("dt", {}, name), h("dd", {}, `Capability index: ${capability}`), h("dd", {}, `Goal index: ${goal}`)]);
    return h("details", { class: "mg-numbers" }, h("summary", {}, "The two indices in each world"), h("dl", {}, ...items));
  }

  // -------------------------------------------------------------------------- the agents

  #training(i) {
    return this.table.trainings[this.arrays.training[i]];
  }

  #world(i) {
    return this.table.worlds[this.#training(i).world];
  }

  #seed(i) {
    return this.table.controls.seed.values[this.arrays.seed[i] + 1];
  }

  #id(i) {
    return `${this.#training(i).slug}-s${this.#seed(i)}`;
  }

  /** Where all agents are, as they see now; read anew only when that changes. */
  #look() {
    const { seen } = this.choices.values();
    if (seen === this.seen) return;
    this.seen = seen;
    const [capabilities, goals] = ["capability", "goal"].map((name) => this.arrays[`${name}.${seen}`]);
    this.looks = this.ids.map((_, i) => {
      const [capability, goal] = [capabilities[i], goals[i]];
      return { capability, goal, scenario: this.#scenario(i, capability, goal) };
    });
  }

  #scenario(i, capability, goal) {
    if (this.arrays.asked[i]) return "asked";
    if (capability < this.table.half) return "incapable";
    return goal >= this.table.half ? "goal" : "other";
  }

  /** Numbers of the agents that fit the choices and were measured so. */
  #chosen() {
    const { world, distinguishing: share, seed, seen } = this.choices.indices;
    const measured = this.arrays[`capability.${this.table.controls.seen.values[seen]}`];
    return [...this.arrays.training.keys()].filter((i) =>
      !Number.isNaN(measured[i])
      && (world === 0 || this.#training(i).world === world - 1)
      && (share === 0 || this.arrays.distinguishing[i] === share - 1)
      && (seed === 0 || this.arrays.seed[i] === seed - 1));
  }

  // ------------------------------------------------------------------------- what is shown

  update() {
    this.shown = this.#chosen();
    this.#look();
    for (const control of Object.values(this.controls)) control.refresh();
    const wanted = this.choices.indices.agent;
    this.agent = this.shown.includes(wanted) ? wanted : this.shown[0];
    const filters = JSON.stringify({ ...this.choices.indices, agent: 0 });
    if (filters === this.filters) this.plane.mark(this.agent);
    else this.plane.show(this.shown, this.looks, this.agent);
    const counts = this.table.scenarios.map(({ name }) =>
      [name, String(this.shown.filter((i) => this.looks[i].scenario === name).length)]);
    this.counts.forEach((element, i) => { element.textContent = counts[i][1]; });
    const said = this.#said(Object.fromEntries(counts));
    this.say.replaceChildren(...sentence(said));
    this.#showCard(this.agent);
    this.#fillTable();
    this.live.say(filters === this.filters ? this.#told(this.agent) : plain(said));
    this.filters = filters;
  }

  #said(counts) {
    const all = this.shown.length;
    if (!all) return this.table.nobody;
    const words = { ...counts, all: all === 1 ? "1 agent is" : `${all} agents are` };
    return this.table.template.map(([tag, text]) => [tag, text.replace(/\{([a-z]+)\}/g, (_, name) => words[name])]);
  }

  #told(i) {
    if (i === undefined) return plain(this.table.nobody);
    const { capability, goal } = this.looks[i];
    return `${this.#training(i).label}; seed ${this.#seed(i)}. Capability index ${percent(capability)}, goal index ${percent(goal)}.`;
  }

  #link(i, text) {
    const [replay, address] = this.table.links[i];
    return bookLink(this.model, address, text ?? this.table.linkTexts[this.seen][replay]);
  }

  #preview(i) {
    const shown = i ?? this.agent;
    if (shown === this.onCard) return;
    this.plane.ringFor(i);
    this.#showCard(shown);
  }

  #showCard(i) {
    this.onCard = i;
    if (i === undefined) return this.card.replaceChildren(h("p", {}, ...sentence(this.table.nobody)));
    const { capability, goal, scenario } = this.looks[i];
    const { colour, label } = this.table.scenarios.find(({ name }) => name === scenario);
    const number = (name, value) => h("p", { class: "mg-index" }, h("span", {}, name), h("b", {}, percent(value)));
    this.card.replaceChildren(
      h("p", { class: "mg-heading" }, `${this.#training(i).label}; seed ${this.#seed(i)}`),
      h("div", { class: "mg-indices" }, number("capability index", capability), number("goal index", goal)),
      h("p", {}, h("b", { class: `mg-${colour}` }, label)),
      h("p", {}, this.#link(i)));
  }

  /** Every agent that is shown as a row; only where the reader opened it. */
  #fillTable() {
    if (!this.numbers.open) return;
    const head = (text) => h("th", { scope: "col" }, text);
    const rows = this.shown.map((i) => {
      const { capability, goal } = this.looks[i];
      return h("tr", {}, h("th", { scope: "row" }, this.#training(i).label), h("td", {}, this.#seed(i)),
        h("td", {}, percent(capability)), h("td", {}, percent(goal)), h("td", {}, this.#link(i, this.table.links[i][0] ? "watch" : "read")));
    });
    const table = h("table", {},
      h("thead", {}, h("tr", {}, ...["agent", "seed", "capability", "goal", "in the book"].map(head))), h("tbody", {}, ...rows));
    this.numbers.replaceChildren(this.numbers.firstElementChild,
      h("div", { class: "mg-scroller", tabindex: 0, role: "region", "aria-label": "The numbers of these agents" }, table));
  }

  stop() {
    for (const part of [this.choices, this.live, this.source, this.plane, ...Object.values(this.controls)]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new BookMapExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
