// A training in the reader's hands: its knobs, its curve, and its agent at work, if there is a picture.

import { announcer, Choices, frame, h, plain, sentence, sourceLine, withWords } from "./shared.js";
import { ask, lineOf } from "./ask.js";
import { controlOf } from "./controls.js";
import { Curve } from "./curve.js";
import { forget, keep, onKept, recall } from "./kept.js";
import { liveBar } from "./live.js";
import { Player } from "./player.js";

const RUN = "current";
const COMPARED = 1; // of the curve's runs
const FILE_NAME = "agent.npz";
const KEEP_EVERY_MS = 2000; // of a training; what is lost with a page or its Python is no more than that
const LATE_MS = 500; // a Pause that comes when the run has just ended is not meant to begin another one
const IS_KEPT = "This agent is kept in your browser for your next visit, in place of an earlier one.";
const NOT_KEPT = "Your browser does not keep this agent: Save writes it into a file.";
const NEXT = "The knobs count for the next run.";
const FORMATS = {
  percent: (share) => `${Math.round(100 * share)} %`,
  fixed1: (value) => value.toFixed(1),
  fixed3: (value) => value.toFixed(3),
};

const PIECE = 8192; // bytes that one call takes

/** Bytes as text that the browser's storage takes, and back. */
const toText = (bytes) => {
  let text = "";
  for (let i = 0; i < bytes.length; i += PIECE) text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return btoa(text);
};
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** A reader who leaves the page is asked whether he means it. */
const warn = (event) => event.preventDefault();

/** What the knobs were in one run where they were not so in another one, in words. */
function apart(controls, values, others) {
  const differ = controls.filter(({ name }) => values[name] !== others[name]);
  return differ.map(({ name, label, values: all, labels }) => `${label}: ${labels[all.indexOf(values[name])]}`).join(", ");
}

export class TrainingView {
  /**
   * `picture` is { stage, first, read }: what is drawn on, what it shows before the training, and
   * how it reads what Python recorded; null where there is none.
   */
  constructor(model, el, picture = null) {
    this.model = model;
    this.table = model.get("table");
    this.picture = picture;
    this.line = lineOf(model);
    this.choices = new Choices(model, this.table.controls, () => this.#chosen());
    this.points = [];
    this.values = null; // of the knobs when this run began, where that is known
    this.compared = { points: [], values: null };
    this.endedAt = -Infinity; // of the last run, in ms
    this.keptAs = `agent.${this.table.keeps}`; // his last agent
    this.keptAt = 0; // when it was, in a training, in ms
    this.#build(el);
    this.#chosen();
    this.#showKept();
    this.unwatch = this.line.watch(() => this.#lineChanged());
    this.unkept = onKept((name) => name === this.keptAs && this.#showKept());
    document.addEventListener("visibilitychange", this.onhidden);
    this.live.listen();
  }

  /** Whoever leaves may not come back to this page. */
  onhidden = () => {
    if (document.visibilityState === "hidden" && this.isTraining) this.#keepOnTheWay();
  };

  #build(el) {
    const { table } = this;
    this.live = announcer();
    this.bar = liveBar(this.model);
    this.controls = table.controls.map((control) => controlOf(control, this.choices, () => {}));
    this.curve = new Curve(table.lines, table.axes);
    this.player = this.picture && new Player([this.picture.stage]);
    this.player?.load([this.picture.first], [table.alt], { at: 0 });
    this.say = h("p", { class: "mg-say" });
    this.note = h("p", { class: "mg-story mg-note" });
    this.next = h("p", { class: "mg-story mg-note" });
    this.mine = h("p", { class: "mg-story mg-note" });
    this.source = sourceLine(table.source, this.model);
    const knobs = (isSlider) => this.controls.filter((_, i) => (table.controls[i].kind === "slider") === isSlider).map(({ element }) => element);
    el.append(frame(table.title, table.subtitle,
      h("div", { class: "mg-columns mg-trainer" },
        h("div", {}, h("div", { class: "mg-part" }, this.curve.element, this.curve.legend), this.#buttons(), this.bar.element, this.note, this.next, this.mine),
        h("div", {}, ...knobs(true), h("div", { class: "mg-picks" }, ...knobs(false)))),
      this.say, this.player?.area ?? "", this.source.element, this.live.element));
  }

  #buttons() {
    const button = (text, onclick) => h("button", { type: "button", class: "mg-button", onclick }, text);
    this.train = button("Train", () => (this.isTraining ? this.#pause() : this.#train()));
    this.train.classList.add("mg-primary");
    this.fresh = button("Start over", () => this.#startOver());
    this.keep = button("Keep to compare", () => this.#compare());
    this.save = button("Save", () => this.#save());
    this.file = h("input", { type: "file", accept: ".npz", class: "mg-unseen", tabindex: "-1", "aria-hidden": "true", onchange: () => this.#load() });
    this.open = button("Load", () => this.file.click());
    return h("div", { class: "mg-buttons mg-tools" }, this.train, this.fresh, this.keep, this.save, this.open, this.file);
  }

  get isReady() {
    return this.line.state.state === "ready";
  }

  get isTraining() {
    return this.stopping !== undefined;
  }

  #enable() {
    const hasRun = this.points.length > 0;
    const isIdle = this.isReady && !this.isTraining;
    this.train.disabled = !this.isReady;
    this.train.textContent = this.isTraining ? "Pause" : hasRun && !this.isOver ? "Go on" : "Train";
    this.fresh.disabled = !isIdle || !hasRun;
    this.keep.disabled = !isIdle || this.points.length < 2;
    this.save.disabled = !isIdle || !hasRun;
    this.open.disabled = !isIdle;
    if (this.back) this.back.disabled = !isIdle;
  }

  /** A Python that was started again has forgotten the run; its curve stays to be compared. */
  #lineChanged() {
    if (!this.isReady && this.points.length) this.#compare();
    this.#enable();
  }

  // -------------------------------------------------------------------------- training

  /** What the knobs set, as the question `begin` takes it. */
  #settings(values) {
    const settings = {};
    for (const { name, values: all, sets: [group, key], gives } of this.table.controls) {
      const value = gives[all.indexOf(values[name])];
      if (key) (settings[group] ??= {})[key] = value;
      else settings[group] = value;
    }
    return settings;
  }

  async #train() {
    if (performance.now() - this.endedAt < LATE_MS) return;
    if (!this.points.length || this.isOver) {
      if (!(await this.#begin())) return;
    }
    this.#isAnother();
    this.stopping = new AbortController();
    this.keptAt = performance.now();
    addEventListener("beforeunload", warn);
    this.#enable();
    await this.#answered(async () => {
      const onProgress = (point) => {
        this.#point(point);
        if (performance.now() - this.keptAt > KEEP_EVERY_MS) this.#keepOnTheWay();
      };
      this.#point(await ask(this.model, "go_on", { run: RUN }, { signal: this.stopping.signal, onProgress }));
      this.isOver = true;
      this.endedAt = performance.now();
    });
    this.stopping = undefined;
    removeEventListener("beforeunload", warn);
    this.#enable();
    if (this.isReady && this.points.length) await this.#keepAgent();
  }

  #begin() {
    return this.#answered(async () => {
      const values = this.choices.values();
      const { of, ...first } = await ask(this.model, "begin", { run: RUN, ...this.#settings(values) });
      if (this.points.length > 1) this.compared = { points: this.points, values: this.values };
      Object.assign(this, { points: [], values, isOver: false });
      this.curve.top = of;
      this.#point(first);
    });
  }

  #pause() {
    this.stopping.abort(new DOMException("The reader paused.", "AbortError"));
  }

  #startOver() {
    Object.assign(this, { points: [], values: null, isOver: false });
    this.#isAnother();
    this.#show();
  }

  #compare() {
    this.compared = { points: this.points, values: this.values };
    this.#startOver();
  }

  /** Whether it went well; what went wrong is said. */
  async #answered(question) {
    try {
      this.note.textContent = "";
      await question();
      return true;
    } catch (error) {
      if (error.name !== "AbortError") this.note.textContent = error.message;
      return false;
    }
  }

  // ------------------------------------------------------------------------------ files

  async #save() {
    await this.#answered(async () => {
      const data = await ask(this.model, "saved", { run: RUN });
      const link = h("a", { href: URL.createObjectURL(new Blob([data])), download: FILE_NAME });
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }

  async #load() {
    const [file] = this.file.files;
    this.file.value = ""; // the same file may be chosen again
    if (file) await this.#answered(async () => this.#take(new Uint8Array(await file.arrayBuffer())));
  }

  /** Take an agent in place of the run, with what is known of the knobs and of the way to it. */
  async #take(data, values = null, way = []) {
    const { options = {} } = this.#settings(values ?? this.choices.values());
    const point = await ask(this.model, "loaded", { run: RUN, data, options });
    Object.assign(this, { points: [...way], values, isOver: true });
    this.#isAnother();
    this.#point(point);
  }

  // ------------------------------------------------------------------ the agent that is kept

  /** Keep the agent as it is now, and the way to it. */
  async #keepAgent() {
    const { points, values } = this;
    let isKept = false;
    try {
      const [now, data] = await Promise.all([
        ask(this.model, "measured", { run: RUN }),
        ask(this.model, "saved", { run: RUN }, { key: "kept" }), // Save is another question
      ]);
      const isAhead = now.steps !== points.at(-1).steps; // by the update in which he paused
      if (isAhead && this.points === points) this.#point(now);
      isKept = keep(this.keptAs, { data: toText(data), values, points });
    } catch (error) {
      if (error.name === "AbortError") return; // something else was asked meanwhile
    }
    if (isKept) this.#showKept(IS_KEPT);
    else this.mine.replaceChildren(NOT_KEPT);
  }

  /** Keep it while it learns, too: the page may be left, and its Python may end, at any moment. */
  async #keepOnTheWay() {
    const { points, values } = this;
    this.keptAt = performance.now();
    try {
      const data = await ask(this.model, "saved", { run: RUN }, { key: "kept" });
      if (this.points !== points) return; // another run was begun meanwhile
      const isKept = keep(this.keptAs, { data: toText(data), values, points });
      if (isKept && !this.mine.textContent.startsWith(IS_KEPT)) this.#showKept(IS_KEPT);
    } catch { /* it was paused, which keeps it as well, or Python has ended */ }
  }

  /** Say what is kept: the agent of an earlier visit is offered. */
  #showKept(said = "") {
    const { data, values, points } = recall(this.keptAs, {});
    const button = (text, onclick) => h("button", { type: "button", class: "mg-button", onclick }, text);
    this.back = data && !said ? button("Bring it back", () => this.#answered(() => this.#take(toBytes(data), values, points))) : null;
    const offer = data && `Your last agent is kept in your browser, as it was after ${points.at(-1).steps.toLocaleString("en")} steps. `;
    this.mine.replaceChildren(...(data ? [said || offer, " ", this.back ?? "", " ", button("Forget it", () => this.#forget())] : []));
    this.#enable();
  }

  /** What is said of "this agent" is so no longer; an offer stays, and the focus in it. */
  #isAnother() {
    if (!this.back) this.#showKept();
  }

  #forget() {
    forget(this.keptAs);
    this.#showKept();
    this.train.focus();
  }

  // ------------------------------------------------------------------------------ pictures

  #point({ steps, values, replay }) {
    this.points.push({ steps, ...values });
    if (replay) this.player?.load([this.picture.read(replay)], [this.table.alt]);
    this.#show();
  }

  #show() {
    const told = this.#told();
    this.curve.show([this.points, this.compared.points], this.#bands(), plain(told));
    this.curve.specify(COMPARED, this.#comparedWith());
    this.say.replaceChildren(...sentence(told));
    this.next.textContent = this.#knobsMoved();
    if (!this.isTraining) this.live.say(`${plain(told)} ${this.next.textContent}`);
    this.#enable();
  }

  /** What is said of the latest point that has the first line; some files hold an agent without one. */
  #told() {
    const { lines, said, begin, loaded } = this.table;
    const last = this.points.findLast((point) => lines[0].name in point);
    const ofFile = !this.values && this.points.at(-1);
    if (!last) return ofFile ? withWords(loaded, { steps: ofFile.steps.toLocaleString("en") }) : begin;
    const there = lines.filter(({ name }) => name in last);
    const words = Object.fromEntries(there.map(({ name, format }) => [name, FORMATS[format](last[name])]));
    return withWords(said, { ...words, steps: last.steps.toLocaleString("en") });
  }

  /** Where the knobs stand for what is shown: those of the run, or of the next one; null of a file. */
  get #shown() {
    return this.points.length ? this.values : this.choices.values();
  }

  /** What is known of published agents of exactly these settings. */
  #bands() {
    const shown = this.#shown;
    const isShown = ({ at }) => Object.entries(at).every(([name, value]) => shown[name] === value);
    return (shown && this.table.bands.find(isShown)?.lines) ?? {};
  }

  /** What is said where the knobs are not those of the run that is shown. */
  #knobsMoved() {
    if (!this.points.length) return "";
    if (!this.values) return `This agent is from a file. ${NEXT}`;
    const moved = apart(this.table.controls, this.values, this.choices.values());
    return moved && `${NEXT} This one began with ${moved}.`;
  }

  /** What the settings of the other run were where they are not those of this one. */
  #comparedWith() {
    const { values } = this.compared;
    return values && this.#shown ? apart(this.table.controls, values, this.#shown) : "";
  }

  #chosen() {
    for (const control of this.controls) control.refresh();
    this.#show();
  }

  stop() {
    this.stopping?.abort();
    removeEventListener("beforeunload", warn);
    document.removeEventListener("visibilitychange", this.onhidden);
    this.unwatch();
    this.unkept();
    for (const part of [this.choices, this.live, this.bar, this.curve, this.player, this.source, ...this.controls]) part?.stop();
  }
}
