// The coin line: every decision of a linear policy, where it goes from the probe, and its scores.

import { announcer, Choices, frame, h, plain, readArrays, sentence, sourceLine } from "../../explore/js/shared.js";
import { controlOf } from "../../explore/js/controls.js";
import { View } from "../../explore/js/view.js";
import { chancesAtProbe, decisionsOf } from "./model.js";
import { DecisionMap, LinePicture, ProbeChart } from "./pictures.js";

class CoinLineExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.choices = new Choices(model, this.table.controls, () => this.update());
    this.view = new View(this.table, this.arrays, this.choices);
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    this.live = announcer();
    this.map = new DecisionMap(table.kinds, table.descriptions.map);
    this.picture = new LinePicture(table.descriptions.line);
    this.chart = new ProbeChart(table.controls[1], table.descriptions.chart, (step) => choices.choose("steps", step));
    this.controls = table.controls.map((control) => controlOf(control, choices, () => this.#announce()));
    this.cells = { right: [h("td"), h("td")], coin: [h("td"), h("td")], own: [h("td"), h("td")] };
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(table.source, model);
    const board = h("div", { class: "mg-board" }, this.#left(), this.#below(), this.#right());
    el.append(frame(table.title, table.subtitle, board, this.say, this.source.element, this.live.element));
  }

  #left() {
    return h("div", { class: "mg-side" }, h("div", { class: "mg-part" }, this.map.element, this.map.legend));
  }

  #below() {
    const [share, steps, encoding, length] = this.controls.map(({ element }) => element);
    const picks = h("div", { class: "mg-picks" }, encoding, length);
    return h("div", { class: "mg-controls mg-shared" }, share, steps, picks);
  }

  #right() {
    const part = (heading, ...children) =>
      h("div", { class: "mg-part" }, h("p", { class: "mg-heading" }, heading), ...children);
    return h("div", { class: "mg-side" },
      part("From the probe, it goes", this.picture.element),
      part("At the probe: the chance of a step to the right, over the steps of training", this.chart.element),
      part("Episodes in which the coin is taken", this.#scores()));
  }

  #scores() {
    const row = (name, key, own = false) =>
      h("tr", { class: own ? "mg-own" : "" }, h("th", { scope: "row" }, name), ...this.cells[key]);
    const heads = ["coin at the right end", "coin anywhere"].map((text) => h("th", { scope: "col" }, text));
    return h("table", { class: "mg-scores" }, h("thead", {}, h("tr", {}, h("td"), ...heads)),
      h("tbody", {}, row("always right", "right"), row("go to the coin", "coin"), row("this policy", "own", true)));
  }

  // ---------------------------------------------------------------------------- showing it

  update() {
    const { table, arrays, view } = this;
    const { indices } = this.choices;
    const [line, shown] = [table.lines[indices.length], decisionsOf(table, arrays, indices)];
    for (const control of this.controls) control.refresh();
    this.map.show({ ...shown, probe: line.probe, drawn: line.drawn[indices.distinguishing ? "moved" : "ordinary"] });
    const path = this.#reading("path").split(", ").map(Number);
    this.picture.show(line, path, table.ends[arrays.which[view.offset(table.which)]]);
    this.chart.show(this.#curves(), indices.distinguishing, indices.steps);
    this.#showScores({ ...line.rules, own: ["ambiguous", "uniform"].map((test) => this.#reading(test)) });
    this.said = view.sentence();
    this.say.replaceChildren(...sentence(this.said));
    this.#announce();
  }

  /** One of the texts that fill the sentence. */
  #reading(name) {
    const { table, arrays, view } = this;
    return table.texts[arrays[`reading.${name}`][view.offset(table.readings[name])]];
  }

  /** The same curves as before as long as encoding and length stay. */
  #curves() {
    const { indices } = this.choices;
    const key = `${indices.encoding}.${indices.length}`;
    if (this.curvesOf !== key) this.curves = chancesAtProbe(this.table, this.arrays, indices);
    this.curvesOf = key;
    return this.curves;
  }

  #showScores(all) {
    for (const [name, texts] of Object.entries(all)) {
      this.cells[name].forEach((cell, i) => { cell.textContent = texts[i]; });
    }
  }

  #announce() {
    if (this.controls.some(({ tour }) => tour?.playing)) return;
    this.live.say(plain(this.said));
  }

  stop() {
    const parts = [this.choices, this.live, this.source, this.map, this.picture, this.chart, ...this.controls];
    for (const part of parts) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new CoinLineExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
