// The panel: controls, pictures and one sentence. Every value and every word comes from Python.

import { announcer, Choices, frame, h, plain, readArrays, sentence, sourceLine, STEP } from "./shared.js";
import { BarChart } from "./bars.js";
import { CellMap } from "./cells.js";
import { controlOf } from "./controls.js";
import { LineChart } from "./lines.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";
import { View } from "./view.js";

/** A replay on its level, and its story below. */
class ReplayPart {
  constructor(part, view) {
    Object.assign(this, { part, view });
    this.stage = new Stage({ ...view.table.replays, badges: part.badges });
    this.element = h("div", {}, this.stage.element);
    this.legend = h("p", { class: "mg-story" });
  }

  get shown() {
    return this.view.replay(this.part);
  }

  get caption() {
    return this.part.caption ? this.view.label(this.part.caption) : "";
  }

  refresh() {
    this.legend.textContent = this.shown.story;
  }

  stop() {}
}

const PARTS = { lines: LineChart, bars: BarChart, cells: CellMap, replays: ReplayPart };
const PICTURES = ["cells", "replays"];

class PanelExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    const { controls, replays } = this.table;
    this.choices = new Choices(model, replays ? [...controls, STEP] : controls, () => this.update());
    this.view = new View(this.table, readArrays(model), this.choices);
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table } = this;
    this.live = announcer();
    this.parts = table.parts.map((part) => new PARTS[part.kind](part, this.view));
    this.controls = table.controls.map((control) => this.#control(control));
    this.replays = this.parts.filter((part) => part instanceof ReplayPart);
    if (this.replays.length) this.#addPlayer();
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(table.source, model);
    const parts = [this.#board(), this.say, this.source.element, this.live.element];
    el.append(frame(table.title, table.subtitle, ...parts));
  }

  /** It says which parts it draws anew, and else in which one it moves a cursor: a test measures how far. */
  #control(control) {
    const numbers = this.table.parts.map((_, i) => i);
    const drawn = numbers.filter((i) => this.table.parts[i].over.includes(control.name));
    const changes = drawn.length ? drawn : numbers.filter((i) => this.table.parts[i].cursor === control.name);
    const made = controlOf(control, this.choices, () => this.#announce());
    made.element.dataset.changes = changes.join(" ");
    return made;
  }

  /** One bar plays all replays in step; it stands below them. */
  #addPlayer() {
    this.player = new Player(this.replays.map(({ stage }) => stage), {
      onend: () => this.live.say(this.#stories()),
      onstep: (step) => this.choices.noteStep(step),
    });
    if (this.replays.length === 1) this.replays[0].element = this.player.area;
    else for (const { element, stage } of this.replays) element.append(stage.element);
  }

  #stories() {
    return this.replays.map(({ shown }) => shown.story).join(" ");
  }

  /**
   * Pictures on the left, charts on the right, and what changes both below, or on the right where
   * the left is taller; on a phone in between.
   */
  #board() {
    const numbers = this.table.parts.map((_, i) => i);
    const isPicture = (i) => PICTURES.includes(this.table.parts[i].kind);
    const mixed = numbers.some(isPicture) && !numbers.every(isPicture);
    const onLeft = (i) => (mixed ? isPicture(i) : i % 2 === 0);
    const side = (chosen) => h("div", { class: "mg-side" }, ...chosen.map((i) => this.#part(i)));
    const [left, right] = [numbers.filter(onLeft), numbers.filter((i) => !onLeft(i))];
    const form = right.length === 0 ? " mg-single" : mixed && left.length >= Math.max(2, right.length) ? " mg-tall" : "";
    const board = h("div", { class: `mg-board${form}` },
      side(left), this.#controlsBelow(null), right.length ? side(right) : null);
    if (this.replays.length < 2) return board;
    this.player.area.replaceChildren(board, this.player.element);
    return this.player.area;
  }

  #part(i) {
    const { element, legend } = this.parts[i];
    const { label, aligned, kind } = this.table.parts[i];
    const heading = label ? h("p", { class: "mg-heading" }, label) : null;
    const controls = this.#controlsBelow(i);
    const classes = aligned ? "mg-part mg-aligned" : "mg-part";
    return h("div", { class: classes, "data-part": i }, heading, element, ...(kind === "cells" ? [legend, controls] : [controls, legend]));
  }

  #controlsBelow(place) {
    const here = this.table.controls.map((control, i) => [control, this.controls[i]])
      .filter(([{ below }]) => below === place);
    if (!here.length) return null;
    const elements = (isSlider) => here.filter(([{ kind }]) => (kind === "slider") === isSlider).map(([, { element }]) => element);
    const picks = elements(false);
    return h("div", { class: place === null ? "mg-controls mg-shared" : "mg-controls" },
      ...elements(true), picks.length ? h("div", { class: "mg-picks" }, ...picks) : null);
  }

  #announce() {
    if (this.controls.some(({ tour }) => tour?.playing)) return;
    this.live.say(`${plain(this.view.sentence())} ${this.#stories()}`.trim());
  }

  update() {
    for (const part of [...this.controls, ...this.parts]) part.refresh();
    const shown = this.replays.map((part) => part.shown);
    this.player?.load(shown.map(({ replay }) => replay), shown.map(({ story }) => story), {
      at: this.choices.values().step, captions: this.replays.map(({ caption }) => caption),
    });
    this.say.replaceChildren(...sentence(this.view.sentence()));
    this.#announce();
  }

  stop() {
    for (const part of [this.choices, this.live, this.source, this.player, ...this.controls, ...this.parts]) part?.stop();
  }
}

function render({ model, el }) {
  const explorer = new PanelExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
