// A reader's text of a code cell, kept in his browser beside the hash of the original he changed.

import { forget, keep, onKept, recall } from "./misgen/explore/js/kept.js";

/** What is said where the browser keeps no texts, and where another tab has changed one. */
export const NOT_KEPT = "Your browser keeps no texts: copy yours before you leave the page.";
export const OTHER_TAB = "Another tab of this page has changed this cell: its text is put aside here, and this one stays.";
const MOST_ASIDE = 20; // texts; then the oldest goes

/** A short name for a text (FNV-1a): enough to see that an original is another one. */
export function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** What stands in a cell: the original, or what a reader made of it, now or on an earlier visit. */
export class Edit {
  #name;
  #original;
  #heard = null; // the text of another tab, which changes while somebody types there

  /**
   * `name` is that of the cell in all editions, `original` its text in this one; `otherTab` is called
   * when another tab has changed the cell, and its text has been put aside here.
   */
  constructor(name, original, otherTab) {
    this.#name = `cell.${name}`;
    this.#original = original;
    const { text, aside, of } = recall(this.#name, {});
    /** What stands in the cell. */
    this.text = text ?? original;
    /** The reader's texts that he has put aside, the latest last. */
    this.aside = this.#others(aside);
    /** Whether his text is of another original, and he has not said yet what he wants. */
    this.isOfOther = this.isChanged && of !== hashOf(original);
    /** Whether the browser keeps it. */
    this.isKept = true;
    onKept((changed) => changed === this.#name && this.#hear(otherTab));
  }

  /** Texts that are neither what stands here nor the original, each once; one text, or none, is a list, too. */
  #others(...texts) {
    const all = new Set(texts.flat().filter((text) => ![this.text, this.#original, null, undefined].includes(text)));
    return [...all].slice(-MOST_ASIDE);
  }

  #hear(otherTab) {
    const { text, aside } = recall(this.#name, {});
    const before = this.aside.filter((other) => other !== this.#heard);
    this.#heard = text;
    this.aside = this.#others(before, aside, text);
    if (this.aside.includes(text)) otherTab();
  }

  get isChanged() {
    return this.text !== this.#original;
  }

  /** Take a text, from now on as one of this original. */
  take(text) {
    this.#set(text, this.aside);
  }

  /** Show the original, and put the reader's text aside. */
  reset() {
    this.#set(this.#original, [...this.aside, this.text]);
  }

  /** Bring back what was put aside last; what stands here goes to the end of the row. */
  undo() {
    this.#set(this.aside.at(-1), [this.text, ...this.aside.slice(0, -1)]);
  }

  #set(text, aside) {
    Object.assign(this, { text, isOfOther: false });
    this.aside = this.#others(aside);
    const kept = { text: this.isChanged ? text : null, aside: this.aside, of: hashOf(this.#original) };
    this.isKept = this.isChanged || this.aside.length ? keep(this.#name, kept) : forget(this.#name);
  }
}
