// All predictions that this browser keeps, beside what came out. Nothing leaves the browser.

import { announcer, frame, h } from "./shared.js";
import { keep, recall } from "./kept.js";
import { allGuesses, dropGuess, onGuess } from "./prediction.js";

const NONE = "There is none yet: the chapters ask for them.";
const COVERS = "covers"; // site/first.js reads it
const SURE = "Clear them for good?";

function button(text, onclick) {
  return h("button", { type: "button", class: "mg-button", onclick }, text);
}

function row([, { prompt, choice, outcome, page, on }]) {
  const guess = choice === null ? h("em", {}, "shown without a guess") : choice;
  const asked = page ? h("a", { href: page }, prompt) : prompt;
  const day = h("span", { class: "mg-story" }, ` (${new Date(on).toLocaleDateString("en-GB", { dateStyle: "medium" })})`);
  return h("tr", {}, h("th", { scope: "row" }, asked), h("td", {}, guess, day), h("td", {}, outcome));
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
    const heads = ["Asked", "Your guess", "What came out"].map((text) => h("th", { scope: "col" }, text));
    const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...guesses.map(row)));
    this.list.replaceChildren(guesses.length ? table : h("p", {}, NONE));
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
