// What is chosen in a panel, and what its table says of it: arrays, texts, the sentence.

import { labelsOf } from "./shared.js";
import { replayReader } from "./stage.js";

export class View {
  constructor(table, arrays, choices) {
    Object.assign(this, { table, arrays, choices });
    if (table.replays) this.read = replayReader(table.replays, this.arraysOf({ name: "replays" }));
  }

  label(name) {
    return labelsOf(this.control(name), this.indices)[this.indices[name]];
  }

  /** The replay of a part that is chosen, and its story: "Seed 0, level 22: the agent ...". */
  replay({ over, named, first }) {
    const replay = this.read(first + this.offset(over));
    const names = named.map((name) => `${this.control(name).label.toLowerCase()} ${this.label(name)}`);
    const text = [names.join(", "), replay.story].filter(Boolean).join(": ");
    return { replay, story: text.charAt(0).toUpperCase() + text.slice(1) };
  }

  get indices() {
    return this.choices.indices;
  }

  control(name) {
    return this.table.controls.find((control) => control.name === name);
  }

  choose(name, index) {
    this.choices.choose(name, index);
  }

  /** The row of an array whose leading axes follow the controls `over`. */
  offset(over) {
    return over.reduce((at, name) => at * this.control(name).values.length + this.indices[name], 0);
  }

  /** The arrays of a part, by the rest of their names. */
  arraysOf({ name }, prefix = "") {
    const start = prefix ? `${name}.${prefix}.` : `${name}.`;
    const own = Object.entries(this.arrays).filter(([key]) => key.startsWith(start));
    return Object.fromEntries(own.map(([key, array]) => [key.slice(start.length), array]));
  }

  text({ name }, array, at) {
    return this.table.texts[this.arrays[`${name}.${array}`][at]];
  }

  /** Value and interval of a line at the cursor's value with number k, or at an end of the chart. */
  lineWords(part, k, l) {
    const at = (this.offset(part.over) * part.points.length + k) * part.lines.length + l;
    return { value: this.text(part, "texts", at), interval: this.text(part, "intervals", at) };
  }

  /** What a picture shows, for readers who do not see it. */
  description(part) {
    if (part.kind === "cells") return `${part.label}. ${this.text(part, "texts", this.offset(part.over))}.`;
    const cursor = part.cursor ? this.control(part.cursor) : null;
    const where = cursor ? ` ${cursor.label}: ${this.label(cursor.name)}.` : "";
    const said = part.lines.map(({ label }, l) => `${label}: ${this.#atCursor(part, cursor, l)}`);
    return `Chart. ${part.label}.${where} ${said.join("; ")}.`;
  }

  #atCursor(part, cursor, l) {
    if (!cursor) return `from ${this.lineWords(part, 0, l).value} to ${this.lineWords(part, 1, l).value}`;
    const { value, interval } = this.lineWords(part, this.indices[cursor.name], l);
    return interval ? `${value} (${interval})` : value;
  }

  /** The sentence of what is chosen. */
  sentence() {
    const { table, arrays, indices } = this;
    const readings = Object.entries(table.readings).map(([name, over]) =>
      [name, table.texts[arrays[`reading.${name}`][this.offset(over)]]]);
    const labels = table.controls.map(({ name }) => [name, this.label(name)]);
    const words = Object.fromEntries([...labels, ...readings]);
    const template = table.sentences[arrays.which[this.offset(table.which)]];
    return template.map(([tag, text]) => [tag, text.replace(/\{([a-z][a-z_]*)\}/g, (_, name) => words[name])]);
  }
}
