// The dial: one slider, the measured rates of every seed, and a replay beside them.

import { announcer, Choices, frame, h, plain, readArrays, selector, sentence, sourceLine } from "./shared.js";
import { replayReader, Stage } from "./stage.js";
import { Player } from "./player.js";
import { Chart, Dial } from "./chart.js";

class DialExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.replay = replayReader(this.table, this.arrays);
    const { settings, seeds, levels } = this.table;
    const allowed = { setting: settings.values, seed: seeds, level: levels };
    this.choices = new Choices(model, allowed, () => this.update());
    this.#build(el);
    this.update();
  }

  #build(el) {
    const { table, choices } = this;
    const choose = (i) => choices.choose("setting", i);
    this.live = announcer();
    this.chart = new Chart(table, this.arrays, choose);
    this.dial = new Dial(table.settings, choose);
    this.player = new Player([new Stage(table)], { onend: () => this.live.say(this.#transcript()) });
    this.seed = selector(choices, "seed", "Training seed", table.seeds);
    this.level = selector(choices, "level", "Level", table.levels);
    this.story = h("p", { class: "mg-story" });
    this.say = h("p", { class: "mg-say" });
    this.root = frame(table.title, table.subtitle, this.#columns(), this.say, this.live.element);
    el.append(this.root);
    this.source = sourceLine(table.source, this.root, choices);
    this.root.append(this.source.element);
  }

  #columns() {
    const next = h("button", { type: "button", class: "mg-button", onclick: () => this.#nextLevel() }, "Another level");
    const picks = h("div", { class: "mg-picks" }, this.seed.element, this.level.element, next);
    return h("div", { class: "mg-columns" },
      h("div", {}, this.player.area, picks, this.story),
      h("div", {}, this.chart.plot, this.dial.element, this.chart.legend));
  }

  #nextLevel() {
    const { levels } = this.table;
    this.choices.choose("level", (this.choices.indices.level + 1) % levels.length);
  }

  #shown() {
    const { setting, seed, level } = this.choices.indices;
    const { seeds, levels } = this.table;
    return this.replay((setting * seeds.length + seed) * levels.length + level);
  }

  #transcript() {
    const { seed, level } = this.choices.values();
    return `Seed ${seed}, level ${level}: ${this.#shown().story}`;
  }

  update() {
    const { setting } = this.choices.indices;
    const words = this.table.sentences[setting];
    this.dial.update(setting);
    this.chart.highlight(setting);
    this.player.load([this.#shown()], [this.#transcript()]);
    this.story.textContent = this.#transcript();
    this.say.replaceChildren(...sentence(words));
    this.live.say(`${plain(words)} ${this.#transcript()}`);
    for (const part of [this.seed, this.level, this.source]) part.update();
  }

  stop() {
    for (const part of [this.choices, this.live, this.chart, this.player]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new DialExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
