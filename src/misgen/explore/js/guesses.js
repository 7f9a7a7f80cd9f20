// All predictions that this browser keeps, beside what came out. Nothing leaves the browser.

import { announcer, frame, h, s } from "./shared.js";
import { keep, recall } from "./kept.js";
import { allGuesses, dropGuess, onGuess } from "./prediction.js";

const NONE = "There is none yet: the chapters ask for them.";
const COVERS = "covers"; // site/first.js reads it
const SURE = "Clear them for good?";

function button(text, onclick) {
  return h("button", { type: "button", class: "mg-button", onclick }, text);
}

/** Curves over the same places, as shares of the height; `words` tell the first one. */
function curves(words, ...lines) {
  const across = (i, { length }) => (100 * i) / Math.max(1, length - 1);
  const points = (line) => line.map((share, i) => `${across(i, line)},${40 - 40 * share}`).join(" ");
  const drawn = lines.filter(isCurve).map((line, i) =>
    s("polyline", { class: i ? "mg-measured" : "mg-drawn", points: points(line) }));
  return s("svg", { class: "mg-kept-curve", viewBox: "-2 -3 104 46", preserveAspectRatio: "none", role: "img", "aria-label": words }, ...drawn);
}

function isCurve(line) {
  return Array.isArray(line) && line.length > 1 && line.every((share) => share >= 0 && share <= 1);
}

function guessOf({ choice, drawn, measured }) {
  if (choice === null) return h("em", {}, "shown without a guess");
  if (!isCurve(drawn)) return h("p", {}, choice);
  const legend = isCurve(measured) ? "Dashed: yours. Whole: what was measured." : "The curve that you drew.";
  return h("div", {}, curves(choice, drawn, measured), h("p", { class: "mg-story" }, legend));
}

function item([, record]) {
  const { prompt, outcome, page, on } = record;
  const day = new Date(on).toLocaleDateString("en-GB", { dateStyle: "medium" });
  const half = (name, ...parts) => h("div", {}, h("p", { class: "mg-story" }, name), ...parts);
  return h("li", {}, h("p", { class: "mg-heading" }, page ? h("a", { href: page }, prompt) : prompt),
    h("div", { class: "mg-kept" }, half(`Your guess (${day})`, guessOf(record)), half("What came out", h("p", {}, outcome))));
}

class GuessesExplorer {
  constructor(model, el) {
    this.live = announcer();
    this.list = h("div", { class: "mg-guesses-kept" });
    this.export = button("Export", () => this.#save());
    this.clear = button("Clear", () => this.#ask(true));
    this.sure = h("div", { class: "mg-picks", role: "group", "aria-label": SURE, hidden: true }, h("span", {}, SURE),
      button("Yes, clear", () => this.#clear()), button("No", () => this.#ask(false)));
    this.actions = h("div", { class: "mg-picks" }, this.export, this.clear);
    const parts = [this.list, this.actions, this.sure, this.#covers(el), this.live.element];
    el.append(frame(model.get("table").title, null, ...parts.filter(Boolean)));
    this.stop = onGuess(() => this.#refresh());
    this.#refresh();
    this.live.listen();
  }

  /** On a page of the site a reader may want nothing covered, as one who teaches with it. */
  #covers(el) {
    if (!el.closest(".misgen-explorer")) return null;
    const onchange = () => keep(COVERS, input.checked);
    const input = h("input", { type: "checkbox", role: "switch", onchange });
    input.checked = recall(COVERS, true);
    const words = h("span", {}, "Cover what a chapter would give away before a guess");
    return h("div", { class: "mg-picks" }, h("label", { class: "mg-switch" }, input, words));
  }

  #refresh() {
    const guesses = allGuesses();
    this.list.replaceChildren(guesses.length ? h("ol", {}, ...guesses.map(item)) : h("p", {}, NONE));
    this.export.disabled = this.clear.disabled = guesses.length === 0;
    this.#ask(false, false);
  }

  #ask(isAsked, hasFocus = true) {
    this.sure.hidden = !isAsked;
    this.actions.hidden = isAsked;
    if (hasFocus) (isAsked ? this.sure.querySelector("button") : this.clear).focus();
  }

  #clear() {
    for (const [name] of allGuesses()) dropGuess(name);
    this.list.tabIndex = -1;
    this.list.focus();
    this.live.say(NONE);
  }

  #save() {
    const text = JSON.stringify(Object.fromEntries(allGuesses()), null, 2);
    const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    h("a", { href, download: "guesses.json" }).click();
    URL.revokeObjectURL(href);
  }
}

function render({ model, el }) {
  const explorer = new GuessesExplorer(model, el);
  return () => { explorer.live.stop(); explorer.stop(); };
}

export default { render };
