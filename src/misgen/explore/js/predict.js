// Predict: an ordinary level, then the same level with the goal moved, a guess, and the answer.
//
// The first guess is locked and kept; on other levels a reader may try again, which is not.

import { announcer, Choices, frame, h, icon, plain, prefersStill } from "./shared.js";
import { readArrays, selector, sentence, sourceLine, STEP } from "./shared.js";
import { Outcome, Prediction } from "./prediction.js";
import { replayReader, Stage } from "./stage.js";
import { Player } from "./player.js";

const MOVE_MS = 900;

function primary(onclick, ...children) {
  return h("button", { type: "button", class: "mg-button mg-primary", onclick }, ...children);
}

function ease(share) {
  return share * share * (3 - 2 * share);
}

class PredictExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.replay = replayReader(this.table, this.arrays);
    this.prediction = new Prediction(this.table, el, () => this.#refresh());
    const { seeds, levels } = this.table;
    const controls = [{ name: "seed", values: seeds }, { name: "level", values: levels }, STEP];
    this.choices = new Choices(model, controls, () => this.#ask());
    this.#build(model, el);
    this.#showOrdinary();
    this.#refresh();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    this.live = announcer();
    this.stage = new Stage(table);
    this.player = new Player([this.stage], {
      onend: () => this.#ended(),
      onstep: (step) => this.#note(step),
    });
    this.seed = selector(choices, "seed", "Agent", table.seeds);
    this.level = selector(choices, "level", "Level", table.levels);
    this.lead = h("p", { class: "mg-lead" });
    this.task = h("div", { class: "mg-task" });
    this.player.area.prepend(this.lead);
    const picks = h("div", { class: "mg-picks" }, this.seed.element, this.level.element);
    this.source = sourceLine(table.source, model);
    this.outcome = new Outcome(this.prediction, table.outcome, () => this.#askAnew());
    const parts = [this.player.area, this.task, this.outcome.element, picks, this.source.element, this.live.element];
    this.root = frame(table.title, null, ...parts);
    el.append(this.root);
  }

  #refresh() {
    const { isMade, record } = this.prediction;
    this.outcome.refresh(isMade ? [["", `Your first guess: “${record.choice}”.`]] : []);
  }

  #askAnew() {
    this.#showOrdinary();
    this.player.area.focus({ preventScroll: true });
  }

  /** A link never leads behind the guess, so only steps of the ordinary level are kept. */
  #note(step) {
    if (this.phase === "ordinary") this.choices.noteStep(step);
  }

  #pair() {
    const { seed, level } = this.choices.indices;
    return seed * this.table.levels.length + level;
  }

  #ordinary() {
    return this.replay(this.#pair());
  }

  #shifted() {
    return this.replay(this.table.seeds.length * this.table.levels.length + this.#pair());
  }

  #answer() {
    return this.arrays.answers[this.#pair()];
  }

  #transcript(replay) {
    const { seed, level } = this.choices.values();
    return `Agent ${seed}, level ${level}: ${replay.story}`;
  }

  #enter(phase, text) {
    this.phase = phase;
    this.root.dataset.phase = phase;
    this.lead.textContent = text;
    this.live.say(text);
    cancelAnimationFrame(this.moving);
    for (const part of [this.seed, this.level]) part.update();
  }

  // ------------------------------------------------------------------------- phases

  #showOrdinary() {
    this.#enter("ordinary", this.table.ordinary);
    const { step } = this.choices.values();
    this.player.load([this.#ordinary()], [this.#transcript(this.#ordinary())], { at: step });
    const story = h("p", { class: "mg-story" }, this.#transcript(this.#ordinary()));
    const next = primary(() => this.#ask(true), h("span", {}, this.table.move), icon("next"));
    this.task.replaceChildren(story, next);
  }

  /** Show the level with the goal moved, before the agent starts. Nothing here tells the answer. */
  #ask(focus = false) {
    this.#enter("guess", this.table.shifted);
    const place = this.table.places[this.choices.indices.level];
    const alt = `Level ${this.choices.values().level}, before the agent starts. ${place}`;
    this.player.load([this.#shifted()], [alt], { at: 0 });
    this.#moveTarget();
    const buttons = this.table.answers.map((text, guess) =>
      h("button", { type: "button", class: "mg-button mg-guess", onclick: () => this.#reveal(guess) }, text));
    const question = h("fieldset", { class: "mg-question" },
      h("legend", {}, this.table.question), h("div", { class: "mg-guesses" }, ...buttons));
    const show = h("button", { type: "button", class: "mg-button", onclick: () => this.#reveal(null) }, "Show me");
    const picks = h("div", { class: "mg-picks" }, show);
    this.task.replaceChildren(h("p", { class: "mg-story" }, place), question, picks);
    this.live.say(`${this.table.shifted} ${place} ${this.table.question}`);
    if (focus) buttons[0].focus({ preventScroll: true });
  }

  /** Slide the goal from its usual place to its new one. */
  #moveTarget() {
    const at = (replay) => replay.actors.find(({ name }) => this.table.lifted.includes(name));
    const [from, to] = [at(this.#ordinary()), at(this.#shifted())];
    if (prefersStill() || !from || !to) return;
    const began = performance.now();
    const move = (now) => {
      const share = ease(Math.min(1, Math.max(0, (now - began) / MOVE_MS)));
      const between = (axis) => (1 - share) * from[axis].values[0] + share * to[axis].values[0];
      this.stage.draw(0, { name: to.name, place: [between("x"), between("y")] });
      if (share < 1) this.moving = requestAnimationFrame(move);
    };
    move(began);
  }

  /** Play what happens; `guess` is the number of an answer, or null for a reader who passes it over. */
  #reveal(guess) {
    this.guess = guess;
    if (!this.prediction.isOpen) this.prediction.lock(this.table.answers[guess] ?? null);
    this.#enter("running", this.table.running);
    this.task.replaceChildren();
    const still = prefersStill();
    const shown = { at: still ? -1 : 0, suspense: true };
    this.player.load([this.#shifted()], [this.#transcript(this.#shifted())], shown);
    this.player.area.focus({ preventScroll: true });
    if (still) this.#tell();
    else this.player.play();
  }

  #ended() {
    if (this.phase === "running") this.#tell();
  }

  #tell() {
    this.#enter("answer", this.#transcript(this.#shifted()));
    this.task.replaceChildren(...this.#result(this.guess));
    this.prediction.open();
    this.live.say(this.#spoken());
  }

  // ------------------------------------------------------------------------ results

  #verdict() {
    return this.table.verdicts[this.choices.indices.level][this.#answer()];
  }

  #spoken() {
    const bars = this.table.answers.map((text, i) => `${text}: ${this.table.bars[i].text}`);
    return `${plain(this.#verdict())} ${this.table.barsTitle}: ${bars.join(", ")}.`;
  }

  #result(guess) {
    const again = primary(() => this.#another(), "Try another level");
    return [
      h("p", { class: "mg-say" }, ...sentence(this.#verdict())),
      h("p", { class: "mg-sub" }, this.table.barsTitle),
      h("ul", { class: "mg-bars" }, ...this.table.answers.map((text, i) => this.#bar(text, i, guess))),
      h("div", { class: "mg-picks" }, again),
    ];
  }

  #bar(text, i, guess) {
    const { mean, low, high, text: value, interval } = this.table.bars[i];
    const colour = this.table.colours[i];
    const yours = i === guess ? h("em", { class: "mg-yours" }, "your guess") : null;
    const bar = [h("i", { class: "mg-fill" }), h("i", { class: "mg-error" })];
    const style = `--mg-mean:${mean};--mg-low:${low};--mg-high:${high}`;
    return h("li", { class: `mg-ink-${colour}`, style },
      h("span", { class: "mg-name" }, text, yours),
      h("span", { class: "mg-value" }, h("b", { class: `mg-${colour}` }, value), h("small", {}, interval)),
      h("span", { class: "mg-rail", "aria-hidden": "true" }, ...bar));
  }

  #another() {
    const { level } = this.choices.indices;
    if (this.table.levels.length > 1) this.choices.choose("level", (level + 1) % this.table.levels.length);
    else this.#ask();
  }

  stop() {
    cancelAnimationFrame(this.moving);
    for (const part of [this.choices, this.live, this.player, this.source, this.prediction]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new PredictExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
