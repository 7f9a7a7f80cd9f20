// A hundred bred dogs and one that learned, in the plane of their weights, through training.

import { announcer, Choices, frame, h, plain, readArrays, sentence, sourceLine } from "../../explore/js/shared.js";
import { controlOf } from "../../explore/js/controls.js";
import { populationOf, ratesOf, saidOf } from "./model.js";
import { WeightPlane } from "./weight-plane.js";

class HundredDogsExplorer {
  constructor(model, el) {
    const table = (this.table = model.get("table"));
    this.arrays = readArrays(model);
    this.choices = new Choices(model, table.controls, () => this.update());
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table } = this;
    this.live = announcer();
    this.plane = new WeightPlane(table.plane);
    this.controls = table.controls.map((control) => controlOf(control, this.choices, () => this.#announce()));
    this.cells = table.plane.tests.map(() => [h("td"), h("td")]);
    this.rows = table.plane.tests.map(({ label }, i) => h("tr", {}, h("th", { scope: "row" }, label), ...this.cells[i]));
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(table.source, model);
    const [share, test, time, seed] = this.controls.map(({ element }) => element);
    const beside = h("div", { class: "mg-controls" }, time, share, seed, h("div", { class: "mg-picks" }, test), this.#rates());
    el.append(frame(table.title, table.subtitle,
      h("div", { class: "mg-training" }, h("div", {}, this.plane.element, this.plane.legend), beside),
      this.say, this.source.element, this.live.element));
  }

  #rates() {
    const heads = this.table.columns.map((text) => h("th", { scope: "col" }, text));
    return h("table", { class: "mg-scores" }, h("caption", {}, this.table.caption), h("thead", {}, h("tr", {}, h("td"), ...heads)), h("tbody", {}, ...this.rows));
  }

  update() {
    const { table } = this;
    const { distinguishing, ...others } = this.choices.indices;
    const population = populationOf(table, this.arrays, { share: distinguishing, ...others });
    for (const control of this.controls) control.refresh();
    this.said = saidOf(table, population, this.choices.indices);
    this.plane.show({ test: others.test, dogs: population.bred, paths: population.paths, own: population.own, listed: table.listed }, plain(this.said));
    ratesOf(table, population).forEach((rates, i) => rates.forEach((rate, k) => { this.cells[i][k].textContent = `${rate} %`; }));
    this.rows.forEach((row, i) => row.classList.toggle("mg-own", i === others.test));
    this.say.replaceChildren(...sentence(this.said));
    this.#announce();
  }

  #announce() {
    if (this.controls.some(({ tour }) => tour?.playing)) return;
    this.live.say(plain(this.said));
  }

  stop() {
    for (const part of [this.choices, this.live, this.source, this.plane, ...this.controls]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new HundredDogsExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
