// Play it yourself: one step for each press, then the agents' paths on the same level.

import { announcer, Choices, frame, h, plain, prefersStill, readArrays, sentence, sourceLine, withWords } from "../../explore/js/shared.js";
import { ask, lineOf } from "../../explore/js/ask.js";
import { Board, pathsOf, replaysOf } from "../../explore/js/board.js";
import { controlOf } from "../../explore/js/controls.js";
import { keep, keptOrNot, recall } from "../../explore/js/kept.js";
import { liveBar } from "../../explore/js/live.js";
import { allGuesses, onGuess } from "../../explore/js/prediction.js";
import { OpenReplay } from "../../explore/js/stage.js";
import { counted, firstLevel, readLevel } from "./level.js";

const STEP_MS = 130; // of one step on the way; keys that are held repeat no faster
const KEPT = "coinrun.play";
const NOTHING = { levels: 0, goal: 0 };

class PlayExplorer {
  constructor(model, el) {
    this.model = model;
    this.table = model.get("table");
    this.line = lineOf(model);
    this.tally = recall(KEPT, NOTHING);
    this.isKept = true;
    this.isGuessed = allGuesses().some(([name]) => name === this.table.prediction);
    this.choices = new Choices(model, this.table.controls, () => this.#chosen());
    this.#build(el);
    this.#begin(firstLevel(this.table, readArrays(model)));
    this.#chosen();
    this.unwatch = this.line.watch(() => this.#enable());
    this.unguess = onGuess((name, isOpen) => {
      if (name !== this.table.prediction) return;
      this.isGuessed = isOpen;
      this.#enable();
    });
    this.live.listen();
  }

  #build(el) {
    const { table, choices } = this;
    this.live = announcer();
    this.bar = liveBar(this.model, () => this.area);
    this.board = new Board(table);
    this.controls = table.controls.map((control) => controlOf(control, choices, () => {}));
    this.say = h("p", { class: "mg-say" });
    this.kept = h("p", { class: "mg-story" });
    this.source = sourceLine(table.source, this.model);
    this.area = h("div", {
      class: "mg-player", role: "group", tabindex: "0", "aria-label": table.help,
      onkeydown: (event) => this.#key(event),
    }, this.board.element, this.#pad());
    const [setting, ...picks] = this.controls;
    this.setting = setting.element; // whose shares mean nothing before the guess
    el.append(frame(table.title, table.subtitle, this.area, this.bar.element, this.say,
      h("div", { class: "mg-picks" }, ...picks.map(({ element }) => element)), setting.element,
      this.kept, this.source.element, this.live.element));
  }

  /** Buttons for fingers, and what can be done between two episodes. */
  #pad() {
    const button = (text, onclick) => h("button", { type: "button", class: "mg-button", onclick }, text);
    this.actions = this.table.actions.map(({ label, action }) => button(label, () => this.#act(action)));
    this.again = button("Again", () => this.#begin(this.level));
    this.next = button("Next level", () => this.#next());
    this.compare = button("Show the agents' paths", () => this.#compare());
    return h("div", {},
      h("div", { class: "mg-buttons mg-pad" }, ...this.actions),
      h("div", { class: "mg-buttons mg-tools" }, this.again, this.next, this.compare));
  }

  get isReady() {
    return this.line.state.state === "ready";
  }

  /** Whether the agents' paths would give a prediction away that the reader has yet to make. */
  get tellsTooMuch() {
    return this.level.apart && !this.isGuessed;
  }

  #enable() {
    const isOver = this.replay.outcome !== null;
    for (const button of this.actions) button.disabled = !this.isReady || isOver;
    this.again.disabled = this.replay.steps === 0;
    this.next.disabled = !this.isReady;
    this.compare.disabled = !this.isReady || !isOver || this.tellsTooMuch;
    this.setting.hidden = !this.isGuessed;
  }

  // --------------------------------------------------------------------------- an episode

  #begin(level) {
    this.level = level;
    this.done = [];
    this.replay = new OpenReplay(this.table, level.cells, level.actors);
    this.board.paths = [];
    this.board.show(this.replay, this.table.alt);
    this.#tell(this.table.begin);
    this.#enable();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(BUTTON|SELECT|INPUT)$/.test(event.target.tagName)) return;
    const known = this.table.actions.find(({ keys }) => keys.includes(event.key));
    if (!known) return;
    event.preventDefault(); // the page would scroll
    this.#act(known.action);
  }

  /** Take one step; what is pressed while it is on its way is dropped, so that no press is late. */
  async #act(action) {
    if (!this.isReady) return this.#tell(this.table.start);
    if (this.isMoving || this.replay.outcome !== null) return;
    const { replay } = this;
    this.isMoving = true;
    try {
      const { level } = this.level;
      const answer = await ask(this.model, "play", { level, actions: [...this.done, action] });
      if (replay !== this.replay) return; // another level was begun meanwhile
      this.done.push(action);
      const size = answer.actors.length / (this.done.length + 1);
      replay.grow(answer.actors.subarray(-size), answer.outcome);
      this.#enable();
      if (this.say.textContent === this.failure) this.#tell(this.table.begin);
      await this.#move(replay);
      if (answer.outcome && replay === this.replay) this.#ended(answer.outcome);
    } catch (error) {
      if (error.name !== "AbortError") this.#tell(this.failure = error.message);
    } finally {
      this.isMoving = false;
    }
  }

  /** Show the last step on its way, unless another episode is begun. */
  #move(replay) {
    const end = replay.steps;
    const began = performance.now();
    return new Promise((resolve) => {
      const next = (now) => {
        if (replay !== this.replay) return resolve();
        const share = prefersStill() ? 1 : Math.min(1, Math.max(0, now - began) / STEP_MS);
        this.board.draw(end - 1 + share);
        if (share === 1) return resolve();
        this.moving = requestAnimationFrame(next);
      };
      this.moving = requestAnimationFrame(next);
    });
  }

  #ended(outcome) {
    this.#tell([...this.table.ended[outcome], ...(this.tellsTooMuch ? this.table.guessFirst : [])]);
    const { levels, goal } = recall(KEPT, this.tally); // another tab may have counted meanwhile
    this.tally = { levels: levels + 1, goal: goal + (outcome === "goal") };
    this.isKept = keep(KEPT, this.tally);
    this.#chosen();
    this.#enable();
  }

  async #next() {
    this.number = (this.number ?? this.table.number) + 1;
    const apart = this.choices.values().apart;
    await this.#answered(ask(this.model, "generated", { seed: this.table.seed, number: this.number, apart }),
      (level) => this.#begin(readLevel(this.table, level)));
  }

  // --------------------------------------------------------------------------- the agents

  async #compare() {
    const distinguishing = this.table.shares[this.choices.indices.distinguishing];
    const { level } = this.level;
    await this.#answered(ask(this.model, "paths", { level, distinguishing, seed: this.table.seed }), (packed) => {
      const replays = replaysOf(this.table, packed);
      this.board.refresh({ paths: pathsOf(replays, this.table.trails) });
      this.#tell(withWords(this.table[this.level.apart ? "compared" : "comparedAtEnd"], {
        agents: replays.length, goal: counted(replays, "goal"), proxy: counted(replays, "proxy"),
      }));
    });
  }

  async #answered(question, use) {
    try {
      use(await question);
    } catch (error) {
      if (error.name !== "AbortError") this.#tell(error.message);
    }
  }

  #tell(told) {
    const segments = typeof told === "string" ? [["", told]] : told;
    this.say.replaceChildren(...sentence(segments));
    this.live.say(plain(segments));
  }

  #chosen() {
    for (const control of this.controls) control.refresh();
    const { window } = this.choices.values();
    this.board.refresh({ window: window ? this.table.view : null });
    const { levels, goal } = this.tally;
    this.kept.textContent = levels ? `${this.table.kept.replace("{goal}", goal).replace("{levels}", levels)} ${keptOrNot(this.isKept)}` : "";
    if (this.board.paths.length) this.#compare();
  }

  stop() {
    cancelAnimationFrame(this.moving);
    this.unwatch();
    this.unguess();
    for (const part of [this.choices, this.live, this.bar, this.board, this.source, ...this.controls]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new PlayExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
