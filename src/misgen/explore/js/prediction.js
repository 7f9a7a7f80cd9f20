// A prediction: what the reader expected, locked before he sees what came out, and kept beside it.
//
// It is kept in his browser under its name, in all editions, as { prompt, choice, outcome, ... } in
// words. site/first.js covers what a prediction would give away, and knows these two names.

import { forget, keep, namesKept, onKept, recall } from "./kept.js";
import { h, plain, sentence } from "./shared.js";

const GUESSES = "guess.";
const OPENED = "misgen:guess"; // tells the page, with { name, isOpen }
const ONLY_HERE = "Kept in this browser only.";
const NOT_KEPT_HERE = "Your browser keeps nothing: this guess ends with the page.";

/** Call `listener` with each prediction that was answered or taken back, and whether it is open now. */
export function onGuess(listener) {
  const hear = ({ detail }) => listener(detail.name, detail.isOpen);
  addEventListener(OPENED, hear);
  const stop = onKept((name, isThere) => {
    if (name.startsWith(GUESSES)) listener(name.slice(GUESSES.length), isThere);
  });
  return () => { removeEventListener(OPENED, hear); stop(); };
}

/** Return all predictions that are kept, as pairs of name and record, the first one first. */
export function allGuesses() {
  return namesKept(GUESSES).map((name) => [name.slice(GUESSES.length), recall(name, null)])
    .filter(([, record]) => record?.prompt)
    .sort(([, one], [, other]) => (one.on < other.on ? -1 : 1));
}

function tell(name, isOpen) {
  dispatchEvent(new CustomEvent(OPENED, { detail: { name, isOpen } }));
}

/** Keep a prediction no longer. */
export function dropGuess(name) {
  forget(GUESSES + name);
  tell(name, false);
}

/** One prediction of a page; `onchange` is called when it was locked, passed over, or taken back. */
export class Prediction {
  #table;
  #place;
  #stop;

  constructor(table, el, onchange) {
    this.#table = table;
    this.#place = el.closest(".misgen-explorer"); // on a page of the site
    /** What is kept: null before the reader has answered; `choice` is null if he passed it over. */
    this.record = recall(this.#name, null);
    this.isKept = true;
    if (this.isOpen && !this.isOfOther && this.record.outcome !== this.#words.outcome) this.#complete();
    this.#stop = onGuess((name, isOpen) => {
      if (name !== table.prediction) return;
      this.#hear(isOpen);
      onchange();
    });
  }

  /** Another view, tab or link has answered it, or taken it back. */
  #hear(isOpen) {
    if (!isOpen) this.record = null;
    else this.record = recall(this.#name, null) ?? this.record ?? { choice: null };
    if (isOpen && !this.record.prompt) this.#complete();
  }

  get #name() {
    return GUESSES + this.#table.prediction;
  }

  get isOpen() {
    return this.record !== null;
  }

  /** Whether the reader has answered, not only passed it over. */
  get isMade() {
    return typeof this.record?.choice === "string";
  }

  /** Whether what he answered was asked otherwise, in another edition. */
  get isOfOther() {
    return this.isMade && this.record.prompt !== this.#table.prompt;
  }

  /** What he answered, in words, for an edition that does not offer it any more. */
  get said() {
    return this.isMade && !this.isOfOther ? [["", `You answered “${this.record.choice}”.`]] : [];
  }

  /** Add the words of this edition to what was opened by a link, or in an earlier edition. */
  #complete() {
    this.#keep({ choice: null, ...this.record, ...this.#words });
  }

  get #words() {
    const { prompt, outcome } = this.#table;
    return { prompt, outcome: plain(outcome) };
  }

  #keep(record) {
    const page = this.#place ? `${location.pathname}#${this.#place.id}` : "";
    this.record = { page, on: new Date().toISOString(), ...record };
    this.isKept = keep(this.#name, this.record);
  }

  /** Keep an answer in words, which cannot be changed any more; of a curve, its shares and the measured ones. */
  lock(choice, drawn = undefined, measured = undefined) {
    this.#keep({ ...this.#words, choice, drawn, measured });
  }

  /** Open the page behind it. */
  open() {
    tell(this.#table.prediction, true);
  }

  /** Pass it over. */
  show() {
    this.lock(null);
    this.open();
  }

  /** Take it back: it is asked anew. */
  forget() {
    this.record = null;
    this.isKept = true;
    dropGuess(this.#table.prediction);
  }

  stop() {
    this.#stop();
  }
}

/** Buttons of a prediction that is still open: lock it, or pass it over. */
export function lockingButtons(onlock, onshow) {
  const lock = h("button", { type: "button", class: "mg-button mg-primary", disabled: true, onclick: onlock }, "Lock it in");
  const show = h("button", { type: "button", class: "mg-button", onclick: onshow }, "Show me");
  return { lock, element: h("div", { class: "mg-picks" }, lock, show) };
}

/** What stands below a locked prediction: feedback, what came out, and how to take it back. */
export class Outcome {
  constructor(prediction, outcome, onforget) {
    this.prediction = prediction;
    this.other = h("p", { class: "mg-story" });
    this.feedback = h("p", {});
    this.fate = h("span", { class: "mg-story" });
    this.forget = h("button", { type: "button", class: "mg-button", onclick: () => { prediction.forget(); onforget(); } });
    const came = h("p", {}, h("strong", {}, "What came out: "), ...sentence(outcome));
    this.element = h("div", { class: "mg-outcome", role: "group", "aria-label": "What came out", tabindex: -1 },
      this.other, this.feedback, came, h("div", { class: "mg-picks" }, this.forget, this.fate));
    this.refresh([]);
  }

  /** Show it if the prediction is open; `feedback` is what the chosen answer teaches. */
  refresh(feedback) {
    const { isOpen, isKept, isMade, isOfOther, record } = this.prediction;
    this.element.hidden = !isOpen;
    this.feedback.replaceChildren(...sentence(feedback));
    this.feedback.hidden = feedback.length === 0;
    this.other.hidden = !isOfOther;
    this.other.textContent = isOfOther
      ? `This edition of the book asks otherwise. To “${record.prompt}” you answered “${record.choice}”.` : "";
    this.forget.textContent = isMade ? "Forget my guess" : "Ask me again";
    this.fate.textContent = isKept ? ONLY_HERE : NOT_KEPT_HERE;
  }

  focus() {
    this.element.focus({ preventScroll: true });
  }
}
