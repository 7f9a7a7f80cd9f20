// The duel: two agents on one level, in step.

import { announcer, Choices, frame, h, plain, readArrays, selector, sentence, sourceLine } from "./shared.js";
import { replayReader, Stage } from "./stage.js";
import { Player } from "./player.js";
import { Dial } from "./chart.js";

const SIDES = ["a", "b"];

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

class DuelExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.replay = replayReader(this.table, readArrays(model));
    const { settings, seeds, levels } = this.table;
    const allowed = { a: settings.values, b: settings.values, seed: seeds, level: levels, coin: [false, true] };
    this.choices = new Choices(model, allowed, () => this.update());
    this.#build(el);
    this.update();
  }

  #build(el) {
    const { table, choices } = this;
    this.live = announcer();
    this.stages = SIDES.map(() => new Stage(table));
    this.player = new Player(this.stages, { onend: () => this.live.say(plain(this.#comparison())) });
    this.dials = SIDES.map((side, i) =>
      new Dial(table.settings, (k) => choices.choose(side, k), { label: `${["First", "Second"][i]} agent: ${table.settings.label.toLowerCase()}` }));
    this.stories = SIDES.map(() => h("p", { class: "mg-story" }));
    this.seed = selector(choices, "seed", "Training seed", table.seeds);
    this.level = selector(choices, "level", "Level", table.levels);
    this.say = h("p", { class: "mg-say" });
    this.#arrange(el);
  }

  #arrange(el) {
    const { table, choices } = this;
    this.player.area.replaceChildren(h("div", { class: "mg-panels" }, ...SIDES.map((_, i) => this.#panel(i))), this.player.element);
    const picks = h("div", { class: "mg-picks" }, this.#coinSwitch(), this.seed.element, this.level.element);
    this.root = frame(table.title, table.subtitle, this.player.area, picks, this.say, this.live.element);
    el.append(this.root);
    this.source = sourceLine(table.source, this.root, choices);
    this.root.append(this.source.element);
  }

  #panel(i) {
    return h("div", { class: "mg-panel" }, this.dials[i].element, this.stages[i].element, this.stories[i]);
  }

  #coinSwitch() {
    this.coin = h("input", {
      type: "checkbox", role: "switch", onchange: () => this.choices.choose("coin", Number(this.coin.checked)),
    });
    return h("label", { class: "mg-switch" }, this.coin, h("span", {}, `${this.table.target} visible to the agents`));
  }

  #shown(side) {
    const { seeds, levels, settings } = this.table;
    const { [side]: setting, seed, level, coin } = this.choices.indices;
    const sweep = settings.values.length * seeds.length * levels.length;
    return this.replay((1 - coin) * sweep + (setting * seeds.length + seed) * levels.length + level);
  }

  #transcript(side) {
    const { seed, level } = this.choices.values();
    return `Seed ${seed}, level ${level}: ${this.#shown(side).story}`;
  }

  /** Python wrote one sentence for each pair of outcomes; here the agents get their names. */
  #comparison() {
    const { table, choices } = this;
    const sentences = choices.values().coin ? table.comparisons : table.erasedComparisons;
    const [first, second] = SIDES.map((side) => table.outcomes.indexOf(this.#shown(side).outcome));
    const [a, b] = SIDES.map((side) => table.agents[choices.indices[side]]);
    const named = sentences[first][second].map(([tag, text]) => [tag, text.replace("{a}", capital(a)).replace("{b}", b)]);
    return choices.values().coin ? named : [["", table.erasedNote], ...named];
  }

  update() {
    this.dials.forEach((dial, i) => dial.update(this.choices.indices[SIDES[i]]));
    this.coin.checked = this.choices.values().coin;
    this.player.load(SIDES.map((side) => this.#shown(side)), SIDES.map((side) => this.#transcript(side)));
    this.stories.forEach((story, i) => { story.textContent = capital(this.#shown(SIDES[i]).story); });
    this.say.replaceChildren(...sentence(this.#comparison()));
    this.live.say(plain(this.#comparison()));
    for (const part of [this.seed, this.level, this.source]) part.update();
  }

  stop() {
    for (const part of [this.choices, this.live, this.player]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new DuelExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
