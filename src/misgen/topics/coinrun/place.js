// Place the coin: a level that the reader changes, and the paths of all agents of a setting on it.

import { announcer, Choices, frame, h, plain, readArrays, sentence, sourceLine, withWords } from "../../explore/js/shared.js";
import { ask, lineOf } from "../../explore/js/ask.js";
import { Board, pathsOf, replaysOf } from "../../explore/js/board.js";
import { controlOf } from "../../explore/js/controls.js";
import { liveBar } from "../../explore/js/live.js";
import { OpenReplay, replayReader } from "../../explore/js/stage.js";
import { counted, firstLevel, readLevel } from "./level.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const isAbort = (error) => error.name === "AbortError";

class PlaceExplorer {
  constructor(model, el) {
    this.model = model;
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.line = lineOf(model);
    this.choices = new Choices(model, [this.table.control], () => this.#run());
    this.levels = [firstLevel(this.table, this.arrays)]; // the last one is shown; the others can be gone back to
    this.tool = this.table.tools[0];
    this.#build(el);
    this.#show();
    this.wasReady = this.isReady;
    this.unwatch = this.line.watch(() => this.#answered());
    this.#openLink();
    this.live.listen();
  }

  #build(el) {
    const { table } = this;
    this.live = announcer();
    this.bar = liveBar(this.model);
    this.board = new Board(table);
    this.setting = controlOf(table.control, this.choices, () => {});
    this.note = h("p", { class: "mg-story mg-hint" }, table.hint); // next to the level, where the reader looks
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(table.source, this.model);
    this.area = this.#area();
    const parts = [this.area, this.note, this.#tools(), this.bar.element, this.setting.element, this.say, this.source.element, this.live.element];
    el.append(frame(table.title, table.subtitle, ...parts));
  }

  #area() {
    this.handle = h("span", { class: "mg-handle", "aria-hidden": "true", onpointerdown: (event) => this.#drag(event) });
    this.board.element.append(this.handle);
    this.board.canvas.addEventListener("click", (event) => {
      const cell = this.board.cellAt(event);
      this.#aim(cell);
      this.#apply(...cell);
    });
    return h("div", {
      class: "mg-player", role: "group", tabindex: "0", "aria-label": this.table.help,
      onkeydown: (event) => this.#key(event),
      onfocus: () => this.#aim(this.board.cursor ?? this.level.coin),
      onblur: () => this.board.refresh({ cursor: null, barred: null }),
    }, this.board.element);
  }

  #tools() {
    this.buttons = this.table.tools.map((tool) => h("button", {
      type: "button", class: "mg-button", onclick: () => this.#take(tool),
    }, tool.label));
    const button = (text, onclick) => h("button", { type: "button", class: "mg-button", onclick }, text);
    this.undo = button("Undo", () => this.#undo());
    this.another = button("Another level", () => this.#another());
    const bar = h("div", { class: "mg-buttons mg-tools", role: "group", "aria-label": "What to put into the level" }, ...this.buttons);
    this.#take(this.tool);
    return h("div", {}, bar, h("div", { class: "mg-buttons mg-tools" }, this.undo, this.another), this.#gallery());
  }

  /** Levels that were found by search; the first option is none of them. */
  #gallery() {
    const { gallery, galleryLabel, galleryNote } = this.table;
    const choose = () => {
      const { level } = gallery[select.selectedIndex - 1] ?? {};
      if (level) this.#change("level", { level });
    };
    const options = ["choose one", ...gallery.map(({ label }) => label)].map((text) => h("option", {}, text));
    const select = h("select", { onchange: choose }, ...options);
    return h("div", { class: "mg-picks" }, h("label", { class: "mg-field" }, h("span", {}, galleryLabel), select), h("small", {}, galleryNote));
  }

  #take(tool) {
    this.tool = tool;
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", this.table.tools[i] === tool));
  }

  // -------------------------------------------------------------------------- the level

  get level() {
    return this.levels.at(-1);
  }

  get isReady() {
    return this.line.state.state === "ready";
  }

  /** Steps in which an agent can be in a cell, or `never`. */
  #steps(x, y) {
    const [columns, rows] = this.level.fewest_steps.shape;
    const isInside = x >= 0 && x < columns && y >= 0 && y < rows;
    return isInside ? this.level.fewest_steps[x * rows + y] : this.table.never;
  }

  #show() {
    this.#run(); // first: Python is at work while this is drawn
    const replay = new OpenReplay(this.table, this.level.cells, this.level.actors);
    this.board.refused = null;
    this.board.show(replay, this.table.alt.replace("{x}", this.level.coin[0] + 1).replace("{y}", this.level.coin[1] + 1));
    this.undo.disabled = this.levels.length < 2;
    this.#placeHandle();
  }

  #placeHandle() {
    const [x, y] = this.level.coin;
    const { columns, rows } = this.table;
    const share = (tiles, all) => `${(100 * tiles) / all}%`;
    Object.assign(this.handle.style, { left: share(x, columns), width: share(1, columns), bottom: share(y, rows), height: share(1, rows) });
  }

  #keep() {
    const level = this.level.level === this.table.level ? "" : this.level.level;
    this.model.set("state", { ...this.model.get("state"), level });
    this.model.save_changes();
  }

  /** Show the level of an address, once Python can read it. */
  #openLink() {
    const { level } = this.model.get("state");
    if (level) this.#change("level", { level }, { note: this.table.linked });
  }

  /** What is told of the download, or of what is kept, changes nothing of what is said here. */
  #answered() {
    const { isReady } = this;
    if (isReady === this.wasReady) return;
    this.wasReady = isReady;
    this.#tell("");
    if (!isReady) return;
    if (this.pending) this.#change(...this.pending);
    else if (this.board.paths.length) this.#prepare();
    else this.#run(); // whom it asked before has gone
  }

  /** Let the agents play the first level unseen, so that they are there when the reader changes it. */
  #prepare() {
    const { level, seed } = this.table;
    const values = { level, seed, distinguishing: this.#share };
    ask(this.model, "paths", values, { key: "prepare" }).catch(() => {}); // whoever needs them asks again
  }

  /**
   * Ask Python for another level, which is put over so many `kept` ones; what is asked before Python
   * runs is asked again once it does. A refusal is marked at the `cell`.
   */
  async #change(name, values, { note = this.table.start, kept = this.levels.length, cell = null } = {}) {
    if (!this.isReady) {
      this.pending = [name, values, { cell }];
      this.#tell(note);
      return;
    }
    this.pending = null;
    const before = this.level;
    try {
      const level = readLevel(this.table, await ask(this.model, name, values, { key: "level" }));
      if (this.level !== before) return; // he has gone a step back meanwhile
      this.levels.length = kept;
      this.levels.push(level);
      this.#tell("");
      this.#keep();
      this.#show();
    } catch (error) {
      if (isAbort(error)) return;
      this.board.refresh({ refused: cell });
      this.#tell(error.message);
    }
  }

  #tell(text) {
    this.note.textContent = text || this.table.hint;
    if (text) this.live.say(text);
  }

  #undo() {
    this.levels.pop();
    this.#tell("");
    this.#keep();
    this.#show();
  }

  #another() {
    this.number = (this.number ?? this.table.number) + 1;
    this.#change("generated", { seed: this.table.seed, number: this.number, apart: false });
  }

  // ------------------------------------------------------------------------- the reader

  /** Put what was chosen into a cell. */
  #apply(x, y, options) {
    const level = this.level.level;
    const { name, kind } = this.tool;
    const values = { change_column: { kind }, move_monster: {}, move_coin: { y } }[name];
    this.#change(name, { level, x, ...values }, { ...options, cell: [x, y] });
  }

  /** The coin follows the pointer, and the agents follow the coin. */
  #drag(event) {
    event.preventDefault();
    this.#take(this.table.tools[0]);
    this.handle.setPointerCapture(event.pointerId);
    const kept = this.levels.length; // all cells on the way are one step back
    let at = this.level.coin;
    const move = (moved) => {
      const cell = this.board.cellAt(moved);
      if (cell.join() === at.join()) return;
      at = cell;
      this.#aim(cell);
      if (this.#steps(...cell) !== this.table.never) this.#apply(...cell, { kept });
    };
    const end = () => {
      this.handle.removeEventListener("pointermove", move);
      this.board.refresh({ cursor: null, barred: null });
      if (this.#steps(...at) === this.table.never) this.#apply(...at, { kept }); // Python says why not
    };
    this.handle.addEventListener("pointermove", move);
    this.handle.addEventListener("lostpointercapture", end, { once: true });
    this.#aim(at);
  }

  #key(event) {
    if (event.target !== this.area || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = ARROWS[event.key];
    if (way) this.#aim([0, 1].map((axis) => this.board.cursor[axis] + way[axis]));
    else if (event.key === "Enter" || event.key === " ") this.#apply(...this.board.cursor);
    else return;
    event.preventDefault(); // the page would scroll
  }

  #aim([x, y]) {
    const cursor = [Math.min(Math.max(x, 0), this.level.cells.shape[1] - 1), Math.min(Math.max(y, 0), this.table.rows - 1)];
    const barred = this.tool === this.table.tools[0] ? (...cell) => this.#steps(...cell) === this.table.never : null;
    this.board.refresh({ cursor, barred, refused: null });
    const steps = this.#steps(...cursor);
    const told = steps === this.table.never ? this.table.unreachable : this.table.reachable.replace("{steps}", steps);
    this.live.say(`column ${cursor[0] + 1}, row ${cursor[1] + 1}: ${told}`);
  }

  // ------------------------------------------------------------------------- the agents

  /** Let all agents of the chosen setting play the level that is shown. */
  async #run() {
    this.setting.refresh();
    const level = this.level.level;
    if (level === this.table.level) return this.#paths(this.#recorded(this.#setting));
    const values = { level, distinguishing: this.#share, seed: this.table.seed };
    const asked = this.isReady && ask(this.model, "paths", values);
    this.board.refresh({ paths: [] });
    this.say.textContent = "…"; // what stood there is of another level
    try {
      const arrays = await asked;
      if (arrays && level === this.level.level) this.#paths(replaysOf(this.table, arrays));
    } catch (error) {
      if (!isAbort(error)) this.#tell(this.failure = error.message);
    }
  }

  get #setting() {
    return this.choices.indices[this.table.control.name];
  }

  /** Share of distinguishing levels in the training of the chosen setting. */
  get #share() {
    return this.table.shares[this.#setting];
  }

  #recorded(index) {
    this.read ??= replayReader(this.table, this.arrays);
    const count = this.arrays.frames.length / this.table.shares.length;
    return Array.from({ length: count }, (_, k) => this.read(index * count + k));
  }

  #paths(replays) {
    if (this.note.textContent === this.failure) this.#tell("");
    this.board.refresh({ paths: pathsOf(replays, this.table.trails) });
    const told = withWords(this.table[this.level.apart ? "said" : "saidAtEnd"], {
      agents: replays.length, goal: counted(replays, "goal"), proxy: counted(replays, "proxy"),
      failed: counted(replays, "died", "timed_out"),
      setting: this.table.control.labels[this.#setting],
    });
    this.say.replaceChildren(...sentence(told));
    this.live.say(plain(told));
  }

  stop() {
    this.unwatch();
    for (const part of [this.choices, this.live, this.bar, this.board, this.setting, this.source]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new PlaceExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
