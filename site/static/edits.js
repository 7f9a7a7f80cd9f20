// A reader's text of a code cell, kept in his browser beside the hash of the original he changed.

import { forget, keep, recall } from "./misgen/explore/js/kept.js";

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

  /** `name` is that of the cell in all editions, `original` its text in this one. */
  constructor(name, original) {
    this.#name = `cell.${name}`;
    this.#original = original;
    const { text, aside = null, of } = recall(this.#name, {});
    /** What stands in the cell. */
    this.text = text ?? original;
    /** The reader's text that he has put aside, or null. */
    this.aside = aside;
    /** Whether his text is of another original, and he has not said yet what he wants. */
    this.isOfOther = this.isChanged && of !== hashOf(original);
    /** Whether the browser keeps it. */
    this.isKept = true;
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
    this.#set(this.#original, this.text);
  }

  /** Bring back what was put aside. */
  undo() {
    this.#set(this.aside, null);
  }

  #set(text, aside) {
    Object.assign(this, { text, aside, isOfOther: false });
    const kept = { text: this.isChanged ? text : null, aside, of: hashOf(this.#original) };
    this.isKept = this.isChanged || aside !== null ? keep(this.#name, kept) : forget(this.#name);
  }
}
