// The duel: two agents on one level, in step.

import { announcer, Choices, frame, h, plain, readArrays } from "./shared.js";
import { selector, sentence, sourceLine, STEPS } from "./shared.js";
import { replayReader, Stage } from "./stage.js";
import { Player } from "./player.js";
import { Dial } from "./chart.js";

const SIDES = ["distinguishing_a", "distinguishing_b"];

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

class DuelExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.replay = replayReader(this.table, readArrays(model));
    const { settings, seeds, levels } = this.table;
    const agents = Object.fromEntries(SIDES.map((side) => [side, settings.values]));
    const allowed = { ...agents, seed: seeds, level: levels, coin: [false, true], step: STEPS };
    this.choices = new Choices(model, allowed, () => this.update());
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    this.live = announcer();
    this.stages = SIDES.map(() => new Stage(table));
    this.player = new Player(this.stages, {
      onend: () => this.live.say(plain(this.#comparison())),
      onstep: (step) => choices.noteStep(step),
    });
    this.dials = SIDES.map((side, i) =>
      new Dial(table.settings, (k) => choices.choose(side, k), `${["First", "Second"][i]} agent`));
    this.stories = SIDES.map(() => h("p", { class: "mg-story" }));
    this.seed = selector(choices, "seed", "Seed", table.seeds);
    this.level = selector(choices, "level", "Level", table.levels, "Another level");
    this.say = h("p", { class: "mg-say" });
    this.#arrange(model, el);
  }

  #arrange(model, el) {
    const { table } = this;
    const panels = h("div", { class: "mg-panels" }, ...SIDES.map((_, i) => this.#panel(i)));
    this.player.area.replaceChildren(panels, this.player.element);
    const picks = h("div", { class: "mg-picks" }, this.#coinSwitch(), this.seed.element, this.level.element);
    this.source = sourceLine(table.source, model);
    const parts = [this.player.area, picks, this.say, this.source.element, this.live.element];
    el.append(frame(table.title, `${table.subtitle} ${table.settings.label}:`, ...parts));
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
    const start = choices.values().coin ? capital(a) : table.erasedNote + a;
    const named = (text) => text.replace("{a}", start).replace("{b}", b);
    return sentences[first][second].map(([tag, text]) => [tag, named(text)]);
  }

  update() {
    this.dials.forEach((dial, i) => dial.update(this.choices.indices[SIDES[i]]));
    this.coin.checked = this.choices.values().coin;
    const captions = SIDES.map((side) => this.table.settings.labels[this.choices.indices[side]]);
    const alts = SIDES.map((side) => this.#transcript(side));
    this.player.load(SIDES.map((side) => this.#shown(side)), alts, { captions, at: this.choices.values().step });
    this.stories.forEach((story, i) => { story.textContent = capital(this.#shown(SIDES[i]).story); });
    this.say.replaceChildren(...sentence(this.#comparison()));
    this.live.say(plain(this.#comparison()));
    for (const part of [this.seed, this.level]) part.update();
  }

  stop() {
    for (const part of [this.choices, this.live, this.player, this.source]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new DuelExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
