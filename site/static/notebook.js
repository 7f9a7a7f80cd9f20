// A page on which a student works on a notebook of his own: he opens the file, writes, runs, saves.
//
// Nothing leaves his browser, which keeps the file that was opened last and his changes. What he
// saves is the file as it was, with the sources that he changed.

import { CodeCell } from "./code_cells.js";
import { Edit, hashOf, NOT_KEPT, OTHER_TAB } from "./edits.js";
import { forget, keep, namesKept, recall } from "./misgen/explore/js/kept.js";
import { h } from "./misgen/explore/js/shared.js";
import { cellsOf, opened, withSources } from "./notebook_file.js";

const KEPT = "notebook";
const EDITOR = new URL("editor/editor.js", import.meta.url);
const MARKDOWN = new URL("markdown/markdown.js", import.meta.url);
const ROWS = 12; // of a written answer
const HEADINGS = "h2, h3, h4, h5, h6";
const ABSENT = "Python in the page is not part of this copy of the book: write and save here, and run the notebook in Colab or Jupyter.";
const FILE_NOT_KEPT = "Your browser does not keep the file: save it before you leave the page.";

const button = (text, onclick) => h("button", { type: "button", class: "mg-button", onclick }, text);

/** An answer in words: a field, and the way back. */
class AnswerCell {
  #edit;

  constructor(original, { name, part }) {
    this.#edit = new Edit(name, original, () => this.#show(OTHER_TAB));
    const oninput = () => this.#act(() => this.#edit.take(this.field.value));
    this.field = h("textarea", { "aria-label": `Your answer: ${part}`, rows: ROWS, oninput });
    this.reset = button("Reset", () => this.#swap());
    this.other = button("My other text", () => this.#act(() => this.#edit.undo()));
    this.words = h("span", { role: "status" });
    const tools = h("div", { class: "misgen-tools" }, this.reset, this.other, this.words);
    this.element = h("div", { class: "misgen-live-cell misgen-answer" }, this.field, tools);
    this.#show();
  }

  /** What stands in it. */
  get text() {
    return this.#edit.text;
  }

  #act(change) {
    change();
    this.#show();
  }

  #swap() {
    this.#act(() => (this.#edit.isChanged ? this.#edit.reset() : this.#edit.undo()));
    this.field.focus(); // the button may be gone
  }

  #show(said = "") {
    const { text, isChanged, aside, isKept } = this.#edit;
    if (this.field.value !== text) this.field.value = text;
    this.reset.hidden = !isChanged && !aside.length;
    this.other.hidden = !isChanged || !aside.length;
    this.reset.textContent = isChanged ? "Reset" : "Bring back my text";
    this.words.textContent = isKept ? said : NOT_KEPT;
  }
}

/** Without the reader of Markdown a text is shown as it was written. */
function withPlainText(text) {
  return h("pre", {}, text);
}

async function readerOfMarkdown() {
  const { toHtml } = await import(MARKDOWN);
  return (text) => {
    const shown = h("div");
    shown.innerHTML = toHtml(text); // markdown.js lets no HTML of the notebook through
    return shown;
  };
}

class NotebookPage {
  #element;
  #open = null; // { name, text, key, cells: [{ start, end, source, shown? }] }

  constructor(element) {
    this.#element = element;
    const onchange = () => this.#choose(this.file.files[0]);
    this.file = h("input", { type: "file", accept: ".ipynb,application/json", onchange });
    this.said = h("p", { role: "status", class: "misgen-said" });
    this.forget = button("Forget it and my changes", () => this.#ask(true));
    this.sure = h("span", { hidden: true }, "This removes what you wrote here. ",
      button("Remove it", () => this.#forget()), " ", button("Keep it", () => this.#ask(false)));
    this.tools = h("div", { class: "misgen-tools" }, this.#saver(), this.forget, this.sure);
    this.cells = h("div", { class: "misgen-cells" });
    this.end = h("div", { class: "misgen-tools" }, this.#saver());
    const label = h("label", {}, "Open a notebook, or drop it on this page: ", this.file);
    element.replaceChildren(h("div", { class: "misgen-live-cell" }, h("p", {}, label), this.said, this.tools), this.cells,
      h("div", { class: "misgen-live-cell" }, this.end));
    this.#showTools();
    this.#listenForDrops();
    this.#reopen();
  }

  #saver() {
    return button("Save the notebook", () => this.#save());
  }

  #say(...sentences) {
    this.said.textContent = sentences.filter(Boolean).join(" ");
  }

  #showTools() {
    this.tools.hidden = this.end.hidden = !this.#open;
    this.#element.dataset.state = this.#open ? "open" : "empty"; // tests wait for it
  }

  // ----------------------------------------------------------------------------- opening

  /** Wherever on the page a file is dropped; an editor would take it for a text. */
  #listenForDrops() {
    const hear = (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.type === "drop") this.#choose(event.dataTransfer.files[0]);
    };
    for (const type of ["dragover", "drop"]) document.addEventListener(type, hear, true);
  }

  async #choose(file) {
    if (!file) return;
    try {
      const { text, cells } = await opened(file);
      await this.#show(file.name, text, cells);
      const isKept = keep(KEPT, { name: file.name, text });
      this.#say(`${file.name} is open.`, !isKept && FILE_NOT_KEPT, this.#absent());
    } catch (error) {
      this.#say(error.message, this.#open && `${this.#open.name} stays open.`);
    }
    this.file.value = ""; // the same file may be chosen again
  }

  #absent() {
    return document.querySelector("meta[name=misgen-live]") ? "" : ABSENT;
  }

  async #reopen() {
    const { name, text } = recall(KEPT, {});
    if (!text) return;
    await this.#show(name, text, cellsOf(text));
    this.#say(`${name} is open, as you left it.`, this.#absent());
  }

  async #show(name, text, cells) {
    const toElement = await readerOfMarkdown().catch(() => withPlainText);
    const { coloured } = await import(EDITOR).catch(() => ({ coloured: (code) => code }));
    this.#close();
    this.#open = { name, text, cells, key: `${KEPT}.${hashOf(text)}` };
    const running = [];
    let part = name;
    for (const [number, cell] of cells.entries()) {
      if (cell.isRemoved) continue;
      const options = { name: `${this.#open.key}.${number}`, part };
      if (cell.kind === "code") this.#addCode(cell, number, running, options, coloured);
      else if (cell.isAnswer) this.#addAnswer(cell, options);
      else {
        const shown = cell.kind === "markdown" ? toElement(cell.source) : withPlainText(cell.source);
        part = [...shown.querySelectorAll(HEADINGS)].at(-1)?.textContent ?? part;
        this.cells.append(shown);
      }
    }
    this.#showTools();
  }

  /** Adds a cell as the chapters have them. */
  #addCode(cell, number, running, { name, part }, coloured) {
    const code = h("div", { class: "highlight" }, h("pre", {}, coloured(cell.source)));
    const input = h("div", { class: "cell_input" }, code);
    const element = h("div", { class: "cell misgen-code misgen-runs", id: `cell-${number}` }, input);
    this.cells.append(element);
    const { isLocked, isCheck } = cell;
    const of = `${part}, cell ${running.length + 1}`;
    cell.shown = new CodeCell(element, cell.source, running, { name, part: of, isLocked, isCheck });
    running.push(cell.shown);
  }

  #addAnswer(cell, options) {
    cell.shown = new AnswerCell(cell.source, options);
    this.cells.append(cell.shown.element);
  }

  // ------------------------------------------------------------------- saving and closing

  #save() {
    const { name, text, cells } = this.#open;
    const changed = cells.filter(({ shown, source }) => shown && shown.text !== source);
    const whole = withSources(text, changed.map(({ start, end, shown }) => ({ start, end, source: shown.text })));
    const href = URL.createObjectURL(new Blob([whole], { type: "application/x-ipynb+json" }));
    h("a", { href, download: name }).click();
    URL.revokeObjectURL(href);
    const cellsChanged = changed.length === 1 ? "1 changed cell" : `${changed.length} changed cells`;
    this.#say(`Saved as ${name}, with ${cellsChanged}: this is the file to hand in.`);
  }

  #ask(isAsking) {
    this.sure.hidden = !isAsking;
    this.forget.hidden = isAsking;
    (isAsking ? this.sure.querySelector("button") : this.forget).focus();
  }

  #forget() {
    const { name, key } = this.#open;
    this.#ask(false);
    this.#close();
    for (const each of namesKept(`cell.${key}.`)) forget(each);
    forget(KEPT);
    this.#showTools();
    this.#say(`${name} is forgotten, and what you wrote in it.`);
    this.file.focus();
  }

  #close() {
    for (const { shown } of this.#open?.cells ?? []) shown?.leave?.();
    this.#open = null;
    this.cells.replaceChildren();
  }
}

new NotebookPage(document.querySelector(".misgen-notebook"));
