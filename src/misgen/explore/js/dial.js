// The dial: one slider, the measured rates of every seed, and a replay beside them.

import { announcer, Choices, frame, h, plain, readArrays } from "./shared.js";
import { selector, sentence, sourceLine, STEPS } from "./shared.js";
import { replayReader, Stage } from "./stage.js";
import { Player } from "./player.js";
import { Chart, Dial } from "./chart.js";

class DialExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.replay = replayReader(this.table, this.arrays);
    const { settings, seeds, levels } = this.table;
    const allowed = { distinguishing: settings.values, seed: seeds, level: levels, step: STEPS };
    this.choices = new Choices(model, allowed, () => this.update());
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    const choose = (i) => choices.choose("distinguishing", i);
    this.live = announcer();
    this.chart = new Chart(table, this.arrays, choose);
    this.dial = new Dial(table.settings, choose);
    this.player = new Player([new Stage(table)], {
      onend: () => this.live.say(this.#transcript()),
      onstep: (step) => choices.noteStep(step),
    });
    this.seed = selector(choices, "seed", "Seed", table.seeds);
    this.level = selector(choices, "level", "Level", table.levels, "Another level");
    this.story = h("p", { class: "mg-story" });
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(table.source, model);
    const parts = [this.#columns(), this.say, this.source.element, this.live.element];
    el.append(frame(table.title, table.subtitle, ...parts));
  }

  #columns() {
    const picks = h("div", { class: "mg-picks" }, this.seed.element, this.level.element);
    return h("div", { class: "mg-columns" },
      h("div", {}, this.player.area, picks, this.story),
      h("div", {}, this.chart.plot, this.dial.element, this.chart.legend));
  }

  #shown() {
    const { distinguishing, seed, level } = this.choices.indices;
    const { seeds, levels } = this.table;
    return this.replay((distinguishing * seeds.length + seed) * levels.length + level);
  }

  #transcript() {
    const { seed, level } = this.choices.values();
    return `Seed ${seed}, level ${level}: ${this.#shown().story}`;
  }

  update() {
    const { distinguishing } = this.choices.indices;
    const words = this.table.sentences[distinguishing];
    this.dial.update(distinguishing);
    this.chart.highlight(distinguishing);
    this.player.load([this.#shown()], [this.#transcript()], { at: this.choices.values().step });
    this.story.textContent = this.#transcript();
    this.say.replaceChildren(...sentence(words));
    this.live.say(`${plain(words)} ${this.#transcript()}`);
    for (const part of [this.seed, this.level]) part.update();
  }

  stop() {
    for (const part of [this.choices, this.live, this.chart, this.player, this.source]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new DialExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
