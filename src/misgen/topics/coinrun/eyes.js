// Through its eyes: a replay with the agent's window, its probabilities, and what they hang on.

import { announcer, Choices, frame, h, plain, readArrays, sentence, sourceLine, STEP, withWords } from "../../explore/js/shared.js";
import { ask, lineOf } from "../../explore/js/ask.js";
import { Board, replaysOf } from "../../explore/js/board.js";
import { controlOf } from "../../explore/js/controls.js";
import { liveBar } from "../../explore/js/live.js";
import { Player } from "../../explore/js/player.js";
import { place, replayReader } from "../../explore/js/stage.js";

const LEAST = 0.02; // of a change that is drawn
const STRONGEST = 0.85; // of the tint

/** A board that tints the cells of the agent's view. */
class Eyes extends Board {
  constructor(table, onstep) {
    super(table);
    this.onstep = onstep;
  }

  /** The cells of the view at a step, from the top row down: [x, y]. */
  cells(step) {
    const [left, up] = this.table.view;
    const [atX, atY] = place(this.replay.actors.find(({ name }) => name === "agent"), step);
    const columns = 2 * left + 1;
    return Array.from({ length: columns * (2 * up + 1) }, (_, i) =>
      [atX - left + (i % columns), atY + up - Math.floor(i / columns)]);
  }

  drawOver(g) {
    const step = Math.min(Math.floor(this.t), this.replay.steps - 1);
    if (this.changes) this.#tint(g, step);
    super.drawOver(g);
    if (step !== this.step) this.onstep((this.step = step));
  }

  #tint(g, step) {
    const cells = this.cells(step);
    g.setTransform(this.tile, 0, 0, this.tile, 0, 0);
    g.fillStyle = this.colours.second;
    cells.forEach(([x, y], i) => {
      const change = this.changes[step * cells.length + i];
      if (change < LEAST) return;
      g.globalAlpha = STRONGEST * Math.sqrt(change);
      g.fillRect(x, this.table.rows - 1 - y, 1, 1);
    });
    g.globalAlpha = 1;
  }
}

class EyesExplorer {
  constructor(model, el) {
    this.model = model;
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.line = lineOf(model);
    this.read = replayReader(this.table, this.arrays);
    this.choices = new Choices(model, [...this.table.controls, STEP], () => this.#show());
    this.level = this.table.level;
    this.number = this.table.number;
    this.#build(el);
    this.#show();
    this.unwatch = this.line.watch(() => this.#enable());
    this.live.listen();
  }

  #build(el) {
    const { table } = this;
    this.live = announcer();
    this.bar = liveBar(this.model);
    this.controls = table.controls.map((control) => controlOf(control, this.choices, () => {}));
    this.eyes = new Eyes(table, (step) => this.#step(step));
    this.player = new Player([this.eyes], { onstep: (step) => this.choices.noteStep(step) });
    this.rows = table.actions.map((name) => this.#row(name));
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(table.source, this.model);
    this.another = h("button", { type: "button", class: "mg-button", onclick: () => this.#another() }, "Another level");
    const [setting, ...picks] = this.controls;
    const bars = h("ul", { class: "mg-bars mg-rows mg-actions", "aria-label": table.probabilities }, ...this.rows.map(({ item }) => item));
    el.append(frame(table.title, table.subtitle, this.player.area, this.say,
      h("div", { class: "mg-part" }, h("p", { class: "mg-heading" }, table.probabilities), bars),
      setting.element, h("div", { class: "mg-picks" }, ...picks.map(({ element }) => element), this.another),
      this.bar.element, this.source.element, this.live.element));
    this.#enable();
  }

  #row(name) {
    const value = h("span", { class: "mg-value" });
    const meter = h("span", { class: "mg-meter", "aria-hidden": "true" });
    return { value, meter, item: h("li", {}, h("span", { class: "mg-name" }, name), value, meter) };
  }

  #enable() {
    this.another.disabled = this.line.state.state !== "ready";
  }

  // ------------------------------------------------------------------------ what is shown

  /** The replay that came with the page, and where its steps begin in the overlays. */
  #recorded() {
    const { distinguishing, agent } = this.choices.indices;
    const agents = this.table.controls.find(({ name }) => name === "agent").values.length;
    const number = distinguishing * agents + agent;
    const before = this.arrays.frames.subarray(0, number).reduce((sum, frames) => sum + frames - 1, 0);
    const replay = this.read(number);
    const part = (name, size) => this.arrays[name].subarray(before * size, (before + replay.steps) * size);
    const [low, high] = this.table.range;
    const [left, up] = this.table.view;
    return {
      replay, probabilities: part("probabilities", this.table.actions.length),
      changes: part("changes", (2 * left + 1) * (2 * up + 1)),
      value: part("value", 1).map((share) => low + share * (high - low)),
    };
  }

  async #watched() {
    if (this.level === this.table.level) return this.#recorded();
    const distinguishing = this.table.shares[this.choices.indices.distinguishing];
    const { agent } = this.choices.values();
    const { replay, ...overlays } = await ask(this.model, "watch", { level: this.level, distinguishing, agent, seed: this.table.seed });
    return { replay: replaysOf(this.table, replay)[0], ...overlays };
  }

  async #show() {
    for (const control of this.controls) control.refresh();
    try {
      this.seen = await this.#watched();
    } catch (error) {
      if (error.name !== "AbortError") this.say.textContent = error.message;
      return;
    }
    const { window, hangs, step } = this.choices.values();
    Object.assign(this.eyes, { window: window ? this.table.view : null, changes: hangs ? this.seen.changes : null, step: undefined });
    this.player.load([this.seen.replay], [this.table.alt], { at: step < 0 ? 0 : step });
    this.#step(Math.min(Math.max(step, 0), this.seen.replay.steps - 1));
  }

  #step(step) {
    const count = this.table.actions.length;
    const shares = this.seen.probabilities.subarray(step * count, (step + 1) * count);
    const percent = (share) => `${Math.round(100 * share)} %`;
    this.rows.forEach(({ value, meter }, i) => {
      value.textContent = percent(shares[i]);
      meter.style.setProperty("--mg-share", shares[i]);
    });
    const best = shares.indexOf(Math.max(...shares));
    const told = withWords(this.table.said, {
      step, action: this.table.actions[best], probability: percent(shares[best]),
      value: this.seen.value[step].toFixed(2), hangs: this.#coin(step, percent),
    });
    this.say.replaceChildren(...sentence(told));
    if (!this.player.playing) this.live.say(plain(told));
  }

  /** What erasing the coin would do at a step. */
  #coin(step, percent) {
    const cells = this.eyes.cells(step);
    const coin = place(this.seen.replay.actors.find(({ name }) => name === "coin"), 0);
    const at = cells.findIndex((cell) => cell.join() === coin.join());
    if (at < 0) return this.table.coinUnseen;
    return this.table.coinHangs.replace("{coin}", percent(this.seen.changes[step * cells.length + at]));
  }

  async #another() {
    this.number += 1;
    try {
      const { level } = await ask(this.model, "generated", { seed: this.table.seed, number: this.number, apart: true });
      this.level = level;
      this.choices.noteStep(0);
      this.#show();
    } catch (error) {
      if (error.name !== "AbortError") this.say.textContent = error.message;
    }
  }

  stop() {
    this.unwatch();
    for (const part of [this.choices, this.live, this.bar, this.player, this.source, ...this.controls]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new EyesExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
