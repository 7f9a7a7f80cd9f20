// Fell the forest yourself: one step for each press, alone, or beside an agent in a forest that starts alike.

import { announcer, Choices, frame, h, plain, prefersStill, readArrays, sentence, sourceLine, withWords } from "../../explore/js/shared.js";
import { ask, lineOf } from "../../explore/js/ask.js";
import { controlOf } from "../../explore/js/controls.js";
import { Curve } from "../../explore/js/curve.js";
import { keep, keptOrNot, recall } from "../../explore/js/kept.js";
import { liveBar } from "../../explore/js/live.js";
import { ForestStage, recordingReader } from "./grid.js";

const STEP_MS = 130; // of one step on the way; keys that are held repeat no faster
const KEPT = "tree_gridworld.fell";
const NOTHING = { forest: 0, actions: [], runs: 0, most: 0 };

const treesOf = ({ stands }, step) => stands[step].filter(Boolean).length;

/** A recording up to a step as points of the curve: trees at each step, what was chopped now and then. */
function pointsOf(recording, until, pace) {
  return Array.from({ length: until + 1 }, (_, step) => {
    const point = { steps: step, trees: treesOf(recording, step) };
    const { chopped } = recording;
    return step && step % pace === 0 ? { ...point, chopped: chopped[step] - chopped[step - pace] } : point;
  });
}

class FellExplorer {
  constructor(model, el) {
    this.model = model;
    const table = (this.table = model.get("table"));
    this.line = lineOf(model);
    const arrays = readArrays(model);
    this.first = recordingReader(arrays); // of the first forest
    const values = table.control?.values ?? [];
    this.agents = new Map(values.map((_, k) => [`0 ${k}`, this.first(k)]));
    this.kept = { ...NOTHING, ...recall(KEPT, NOTHING) };
    this.isKept = true;
    this.choices = new Choices(model, table.control ? [table.control] : [], () => this.#showAgent());
    this.#build(el);
    this.#begin(0, []);
    this.unwatch = this.line.watch(() => this.#lineChanged());
    this.#lineChanged();
    this.live.listen();
  }

  #build(el) {
    const { table } = this;
    this.live = announcer();
    this.bar = liveBar(this.model, () => this.area);
    this.mine = new ForestStage(table);
    this.curve = new Curve(table.lines, table.axes);
    this.progress = h("progress", { max: table.steps, "aria-label": "Steps of your run" });
    this.amount = h("span", { class: "mg-amount" });
    this.say = h("p", { class: "mg-say" });
    this.tally = h("p", { class: "mg-story" });
    this.source = sourceLine(table.source, this.model);
    this.area = h("div", {
      class: "mg-player", role: "group", tabindex: "0", "aria-label": table.help,
      onkeydown: (event) => this.#key(event),
    }, this.mine.element, this.#pad(), h("div", { class: "mg-live mg-budget" }, this.progress, this.amount));
    const me = h("div", {}, h("p", { class: "mg-heading" }, "You"), this.area);
    const chart = h("div", { class: "mg-part" }, this.curve.element, this.curve.legend);
    const done = [this.bar.element, this.say, chart, this.tally];
    const pair = (...halves) => h("div", { class: "mg-columns mg-pair" }, ...halves);
    const parts = table.control ? [pair(me, this.#beside()), ...done] : [pair(me, h("div", {}, ...done))];
    el.append(frame(table.title, table.subtitle, ...parts, this.source.element, this.live.element));
  }

  #beside() {
    this.theirs = new ForestStage(this.table);
    this.control = controlOf(this.table.control, this.choices, () => {});
    this.heading = h("p", { class: "mg-heading" });
    return h("div", {}, this.heading, this.theirs.element, this.control.element);
  }

  #pad() {
    const button = (text, onclick, more = {}) => h("button", { type: "button", class: "mg-button", onclick, ...more }, text);
    const { actions, wait } = this.table;
    this.actions = actions.map(({ label, called, action }) => button(label, () => this.#act([action]), { "aria-label": called }));
    this.wait = button(wait.label, () => this.#act(Array(wait.steps).fill(wait.action)));
    this.again = button("Again", () => this.#startOver(this.forest));
    this.next = button("Another forest", () => this.#startOver(this.forest + 1));
    return h("div", {},
      h("div", { class: "mg-buttons mg-pad" }, ...this.actions),
      h("div", { class: "mg-buttons mg-tools" }, this.wait, this.again, this.next));
  }

  get isReady() {
    return this.line.state.state === "ready";
  }

  get isOver() {
    return this.done.length >= this.table.steps;
  }

  #enable() {
    for (const button of [...this.actions, this.wait]) button.disabled = !this.isReady || this.isOver;
    this.again.disabled = !this.isReady || !this.done.length;
    this.next.disabled = !this.isReady;
  }

  /** What he did before, here or in an earlier visit, goes on as soon as somebody answers. */
  #lineChanged() {
    const { forest, actions } = this.kept;
    const isBehind = forest !== this.forest || actions.length !== this.done.length;
    if (isBehind && this.isReady) this.#take(forest, actions);
    else if (isBehind) this.#announce(actions.length);
    this.#enable();
  }

  /** Say where the kept run stands, which nobody can show yet. */
  #announce(step) {
    const { steps, finished, goOn } = this.table;
    this.#count(step);
    this.#tell(withWords([["", step < steps ? goOn : finished]], { step }));
  }

  // ------------------------------------------------------------------------------- the run

  /** A forest before the first step: it starts as that of every agent. */
  #begin(forest, done) {
    const start = this.first(0);
    this.#set(forest, done, { ...start, steps: 0, path: start.path.slice(0, 1) });
    this.#tell([["", this.table.begin]]);
    this.#showAgent();
  }

  #set(forest, done, recording) {
    Object.assign(this, { forest, done, recording });
    this.mine.show(recording, this.table.help);
    this.mine.draw(done.length);
    this.#show();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const known = this.table.actions.find(({ keys }) => keys.includes(event.key));
    if (!known || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault(); // the page would scroll
    this.#act([known.action]);
  }

  /** Take some steps; what is pressed while they are on their way is dropped, so that no press is late. */
  async #act(actions) {
    if (!this.isReady) return this.#tell([["", this.table.start]]);
    if (this.isMoving || this.isOver) return;
    this.isMoving = true;
    const all = [...this.done, ...actions].slice(0, this.table.steps);
    await this.#take(this.forest, all, () => this.#move());
    this.isMoving = false;
    if (this.isOver) this.#ended();
  }

  /** Ask what comes of these actions, and show it. */
  async #take(forest, actions, move = () => {}) {
    const { forest: before, done } = this;
    const isTaken = await this.#answered(async () => {
      const answer = await ask(this.model, "play", { forest, actions });
      if (this.forest !== before || this.done !== done) return false; // something else was begun meanwhile
      this.#set(forest, actions, recordingReader(answer)(0));
      this.#keep({ forest, actions });
      await move();
      return true;
    });
    if (isTaken && forest !== before) await this.#showAgent();
  }

  /** Show the last step on its way, unless another run is begun. */
  #move() {
    const { recording } = this;
    const end = this.done.length;
    const began = performance.now();
    return new Promise((resolve) => {
      const next = (now) => {
        if (recording !== this.recording) return resolve();
        const share = prefersStill() ? 1 : Math.min(1, Math.max(0, now - began) / STEP_MS);
        this.mine.draw(end - 1 + share);
        if (share === 1) return resolve();
        this.moving = requestAnimationFrame(next);
      };
      this.moving = requestAnimationFrame(next);
    });
  }

  async #startOver(forest) {
    this.#tell([["", this.table.begin]]); // first: what goes wrong stands after it
    await this.#take(forest, []);
  }

  #ended() {
    const { runs, most } = this.#tally;
    this.#keep({ runs: runs + 1, most: Math.max(most, this.recording.chopped.at(-1)) });
    this.#show();
  }

  /** What all runs came to, those in other tabs too. */
  get #tally() {
    const { runs, most } = { ...NOTHING, ...recall(KEPT, this.kept) };
    return { runs, most };
  }

  #keep(what) {
    this.kept = { ...this.kept, ...this.#tally, ...what };
    this.isKept = keep(KEPT, this.kept);
  }

  // ----------------------------------------------------------------------------- the agent

  /** The chosen agent in this forest; that of the first forest came with the page. */
  async #showAgent() {
    if (!this.control) return;
    const { moment } = this.choices.indices;
    const { forest } = this;
    const key = `${forest} ${moment}`;
    this.control.refresh();
    if (!this.agents.has(key)) {
      const answer = await this.#answered(() => ask(this.model, "agent", { forest, moment }));
      if (answer) this.agents.set(key, recordingReader(answer)(0));
    }
    this.#show();
  }

  async #answered(question) {
    try {
      const answer = await question();
      if (this.say.textContent === this.failure) this.#tell([["", this.table.begin]]);
      return answer;
    } catch (error) {
      if (error.name !== "AbortError") this.#tell([["", this.failure = error.message]]);
    }
  }

  // ------------------------------------------------------------------------------- pictures

  get agent() {
    return this.agents.get(`${this.forest} ${this.choices.indices.moment}`);
  }

  #show() {
    const { table, agent, recording } = this;
    const step = this.done.length;
    this.#count(step);
    const dashed = this.control ? this.#showTheirs(step) : "";
    const shown = [pointsOf(recording, step, table.pace), agent ? pointsOf(agent, table.steps, table.pace) : []];
    this.curve.show(shown, {}, `Trees left, and trees chopped, against steps. Yours: ${treesOf(recording, step)} left, ${recording.chopped[step]} chopped.${dashed}`);
    if (this.isOver && (agent || !this.control)) this.#tell(withWords(table.ended, this.#words()));
    const { runs, most } = this.kept;
    this.tally.textContent = runs ? `${table.kept.replace("{runs}", runs).replace("{most}", most)} ${keptOrNot(this.isKept)}` : "";
    this.#enable();
  }

  #count(step) {
    this.progress.value = step;
    this.amount.textContent = `${step} of ${this.table.steps} steps`;
  }

  get tick() {
    return this.table.control.labels[this.choices.indices.moment];
  }

  /** Show how far the agent has come in as many steps; returns what the dashed lines are. */
  #showTheirs(step) {
    const { agent, tick } = this;
    this.heading.textContent = `The agent of step ${tick}, as far as you`;
    if (agent) {
      this.theirs.show(agent, `The forest of the agent of step ${tick}, after as many steps.`);
      this.theirs.draw(step);
    }
    return ` Dashed: the agent of step ${tick}.`;
  }

  #words() {
    const { agent, recording, table: { steps } } = this;
    const mine = { mine: recording.chopped[steps], left: treesOf(recording, steps) };
    return agent ? { ...mine, tick: this.tick, theirs: agent.chopped[steps], theirLeft: treesOf(agent, steps) } : mine;
  }

  #tell(segments) {
    this.say.replaceChildren(...sentence(segments));
    this.live.say(plain(segments));
  }

  stop() {
    cancelAnimationFrame(this.moving);
    this.unwatch();
    for (const part of [this.choices, this.live, this.bar, this.curve, this.control, this.source]) part?.stop();
  }
}

function render({ model, el }) {
  const explorer = new FellExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
