// Code cells that a reader can edit and run: their buttons, their editor, and what they give.
//
// `site/code_cells.py` marks the cells: each that shows its code has the class `misgen-code`, and
// those that a page can run also `misgen-runs`. Nothing is fetched before a reader presses a button,
// but for one who has changed a cell on an earlier visit: he finds his text where it was.

import { Edit, NOT_KEPT, OTHER_TAB } from "./edits.js";
import { Model } from "./model.js";
import { cellsAreAlone, connectCell } from "./live.js";
import { ask, lineOf } from "./misgen/explore/js/ask.js";
import { liveBar } from "./misgen/explore/js/live.js";
import { h } from "./misgen/explore/js/shared.js";
import { whenNear } from "./near.js";

const EDITOR = new URL("editor/editor.js", import.meta.url);
const LIMIT_S = 300; // of a run: a reader who waits that long would have pressed Stop
const IDLE_MS = 180_000; // then Python of the cells ends, and frees 110 MB: no run needs what it holds
const GRACE_MS = 5000; // from when Python should have ended it to when it is ended for it
const OVERLONG = `Stopped after ${LIMIT_S} s, in the middle of a single long call.`;
const HINT = "Shift+Enter runs the cell. Tab indents; press Escape first to leave the editor by Tab.";
const PLAIN_HINT = "Shift+Enter runs the cell. The editor could not be loaded: this is a plain field.";
const OTHER = "This edition of the book has changed the cell; this is your text of an earlier one.";
const STOPPED = new DOMException("Stopped.", "AbortError");
const FAILED = /AssertionError: (.+)$/; // how a check of a notebook says what it misses
const PASSED = "This check finds nothing wrong.";
const UNTOUCHED = "unchanged"; // what checks call an exercise that nobody has worked on
const VERDICTS = { right: "Right.", mistake: "Not yet: a common mistake.", unlike: "Not yet.", error: "It stopped." };

const page = location.pathname.split("/").pop().replace(/\.html$/, "");
let turn = Promise.resolve(); // cells run one after the other, as in a notebook
let idle = 0;

const button = (text, onclick) => h("button", { type: "button", class: "mg-button", onclick }, text);

/** The promise's outcome, or a rejection as soon as the signal is aborted. */
function unlessAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

/** Resolves when Python answers a line; it is started where nobody has started it. */
function startedFor(line) {
  if (!["loading", "ready"].includes(line.state.state)) line.tell("start");
  return new Promise((resolve, reject) => {
    const look = ({ state, reason }) => {
      if (state === "loading") return;
      unwatch();
      if (state === "ready") resolve();
      else reject(state === "asleep" ? STOPPED : new Error(reason));
    };
    const unwatch = line.watch(look);
    look(line.state);
  });
}

/** A plain field in place of the editor, where that cannot be fetched. */
function makeField({ text, label, hint, onchange, onrun }) {
  const oninput = () => onchange(element.value);
  const onkeydown = (event) => {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onrun();
  };
  const element = h("textarea", {
    "aria-label": label, "aria-describedby": hint, spellcheck: "false", rows: text.split("\n").length + 1, oninput, onkeydown,
  });
  element.value = text;
  const replace = (next) => {
    element.value = next;
    onchange(next);
  };
  return { element, focus: () => element.focus(), replace };
}

/** The name of the part of the page that an element is in. */
function partOf(element) {
  const heading = element.closest("section")?.querySelector("h1, h2, h3, h4");
  return heading?.textContent.replace(/#$/, "") ?? document.title;
}

/** A cell that runs, and that its reader changes unless it is locked. */
export class CodeCell {
  #element;
  #cells;
  #kind;
  #edit;
  #model = new Model({});
  #editor = null; // a promise, once the reader wants one
  #control = null; // of the run that is under way
  #isComputing = false;
  #hasAsked = false; // for Python, which is not there yet
  #said = null;

  /**
   * `cells` are all of the page, or will be, from the top: { text }; `name` is that of this one in all
   * editions. Of a notebook, a cell may be locked, or a check, which fails by an assertion.
   */
  constructor(element, original, cells, { name, part, isLocked = false, isCheck = false } = {}) {
    this.#element = element;
    this.#cells = cells;
    this.#kind = { isLocked, isCheck };
    this.label = `Code: ${part ?? partOf(element)}`;
    this.#edit = new Edit(name ?? `${page}.${element.id}`, original, () => this.#otherTab());
    connectCell(this.#model, { key: element.id, topic: "cells" });
    this.#build();
    this.#line.watch(() => this.#showState());
    this.#showState();
    this.#showEdit();
    if (this.#edit.isChanged) {
      this.edit.hidden = true; // else it would go under the reader's finger, as the editor comes by itself
      whenNear([element], () => this.#open());
    }
  }

  /** What stands in it. */
  get text() {
    return this.#edit.text;
  }

  /** Stops what runs, before the cell goes. */
  leave() {
    if (this.#control) this.#stop();
  }

  get #line() {
    return lineOf(this.#model);
  }

  // ------------------------------------------------------------------------- what one sees

  #build() {
    this.run = button("Run", () => (this.#control ? this.#stop() : this.#run()));
    this.run.classList.add("misgen-run-button");
    this.edit = button("Edit", async () => (await this.#open()).focus());
    this.edit.hidden = this.#kind.isLocked;
    this.reset = button("Reset", () => this.#swap());
    this.other = button("My other text", () => this.#replace(() => this.#edit.undo()));
    this.words = h("span", { role: "status" });
    const keep = button("Keep mine", () => this.#choose(() => this.#keep(this.text)));
    const renew = button("Show the new one", () => this.#choose(() => this.#swap()));
    this.note = h("p", {}, OTHER, " ", keep, " ", renew);
    this.hint = h("p", { id: `${this.#element.id}-hint`, class: "misgen-hint", hidden: true }, HINT);
    this.bar = h("div", { hidden: true });
    this.printed = h("pre", { role: "group", "aria-label": "What the cell gives", tabindex: "0" });
    this.verdict = h("p", { role: "status" });
    const tools = h("div", { class: "misgen-tools" }, this.run, this.edit, this.reset, this.other, this.words);
    const group = { class: "misgen-live-cell", role: "group", "aria-label": this.label };
    const element = h("div", group, this.note, tools, this.hint, this.bar);
    this.#element.querySelector(".cell_input").after(element);
    const fold = this.#element.querySelector(":scope > details"); // holds the code, and not what it gives
    const place = fold ? h("div", { class: "misgen-live-cell" }) : element;
    place.append(this.printed, this.verdict);
    fold?.after(place);
    this.#clear();
  }

  #showEdit() {
    const { isChanged, aside, isOfOther, isKept } = this.#edit;
    this.reset.hidden = !isChanged && !aside.length;
    this.other.hidden = !isChanged || !aside.length;
    this.reset.textContent = isChanged ? "Reset" : "Bring back my text";
    this.note.hidden = !isOfOther;
    if (!isKept) this.#say(NOT_KEPT);
  }

  #otherTab() {
    this.#showEdit();
    this.#say(OTHER_TAB);
  }

  #showState() {
    const { state, megabytes } = this.#line.state;
    this.bar.hidden = !this.#hasAsked || !["loading", "failed"].includes(state);
    this.words.textContent = this.#said ?? (state === "asleep" ? `Starts Python in this page: ${megabytes} MB.` : "");
    this.run.textContent = this.#control ? "Stop" : "Run";
  }

  #say(text) {
    this.#said = text;
    this.#showState();
  }

  #clear(isLive = false) {
    for (const output of this.#element.querySelectorAll(":scope > .cell_output")) output.hidden = isLive;
    this.printed.textContent = this.verdict.textContent = "";
    this.printed.hidden = this.verdict.hidden = true;
  }

  #print(text) {
    this.printed.hidden = false;
    this.printed.append(text);
  }

  #judge(kind, sentence) {
    this.verdict.className = `misgen-verdict misgen-${kind}`;
    this.verdict.replaceChildren(h("strong", {}, VERDICTS[kind]), ` ${sentence}`);
    this.verdict.hidden = false;
  }

  // ------------------------------------------------------------------------------ its text

  #open() {
    this.#editor ??= this.#makeEditor();
    return this.#editor;
  }

  async #makeEditor() {
    const { makeEditor } = await import(EDITOR).catch(() => {
      this.hint.textContent = PLAIN_HINT;
      return { makeEditor: makeField };
    });
    const editor = makeEditor({
      text: this.text,
      label: this.label,
      hint: this.hint.id,
      onchange: (text) => this.#keep(text),
      onrun: () => this.#control ?? this.#run(),
    });
    const input = this.#element.querySelector(".cell_input");
    for (const shown of input.children) shown.hidden = true;
    input.append(h("div", { class: "highlight misgen-editor" }, editor.element));
    this.edit.hidden = true;
    this.hint.hidden = false;
    return editor;
  }

  #keep(text) {
    this.#edit.take(text);
    this.#showEdit();
  }

  /** Does what a button of the note says; the buttons disappear, so that the focus must go on. */
  #choose(act) {
    this.run.focus();
    return act();
  }

  /** Shows the original in place of the reader's text, or that again. */
  #swap() {
    return this.#replace(() => (this.#edit.isChanged ? this.#edit.reset() : this.#edit.undo()));
  }

  /** Shows another text, which `act` has chosen. */
  async #replace(act) {
    const editor = await this.#open();
    act();
    editor.replace(this.text);
    this.#clear();
    this.#said = null;
    this.#showState();
    this.#showEdit();
  }

  // ----------------------------------------------------------------------------- its runs

  async #run() {
    const { signal } = this.#control = new AbortController();
    const before = turn;
    let end;
    turn = new Promise((resolve) => { end = resolve; });
    if (!this.bar.firstChild) this.bar.append(liveBar(this.#model).element);
    this.#clear(true);
    this.#say("Waits for its turn.");
    try {
      await unlessAborted(before, signal);
      clearTimeout(idle);
      this.#hasAsked = true;
      this.#say("");
      await unlessAborted(startedFor(this.#line), signal);
      this.#hasAsked = false;
      this.#say("Runs …");
      const answer = await this.#answer(signal);
      this.#show(answer);
      this.#said = answer.error ? "" : "Done."; // what went wrong says that it stopped
    } catch (error) {
      const isStopped = error.name === "AbortError";
      this.#said = isStopped ? error.message : "";
      // the bar says why Python did not start
      if (!isStopped && !this.#hasAsked) this.#judge("error", this.#line.state.reason ?? error.message);
    }
    end();
    if (cellsAreAlone) idle = setTimeout(() => this.#line.tell("stop"), IDLE_MS);
    this.#control = null;
    this.#showState();
  }

  async #answer(signal) {
    const shown = this.#cells.slice(0, this.#cells.indexOf(this) + 1).map(({ text }) => text);
    const onProgress = ({ text }) => this.#print(text);
    const overlong = setTimeout(() => this.#end(new Error(OVERLONG)), LIMIT_S * 1000 + GRACE_MS);
    this.#isComputing = true;
    try {
      return await ask(this.#model, "run", { cells: shown, seconds: LIMIT_S }, { signal, onProgress });
    } finally {
      clearTimeout(overlong);
      this.#isComputing = false;
    }
  }

  #show({ error, feedback, value }) {
    const missed = this.#kind.isCheck && error?.match(FAILED)?.[1];
    if (missed) this.#judge("unlike", missed);
    else if (error) this.#judge("error", error);
    else if (this.#kind.isCheck) this.#judge("right", PASSED);
    if (value !== undefined) this.#print(value);
    if (!feedback) return;
    const { right, mistake, sentence } = feedback;
    const isKnown = mistake && mistake !== UNTOUCHED;
    this.#judge(right ? "right" : isKnown ? "mistake" : "unlike", sentence);
  }

  #stop() {
    if (this.#line.state.state === "loading" && this.#hasAsked) this.#line.tell("stop");
    else this.#end(STOPPED);
  }

  /** Ends the run. Code that computes hears nothing: its worker ends, and another one starts. */
  #end(reason) {
    const isComputing = this.#isComputing;
    this.#control.abort(reason);
    if (isComputing) this.#line.tell("restart");
  }
}

const cells = []; // of a chapter, all whose code one sees
for (const element of document.querySelectorAll(".misgen-code")) {
  const text = element.querySelector("pre").textContent.replace(/\n$/, "");
  cells.push(element.classList.contains("misgen-runs") ? new CodeCell(element, text, cells) : { text });
}
