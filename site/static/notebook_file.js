// A notebook file: what its cells are, and its text with other sources and nothing else changed.

const MOST_BYTES = 5_000_000;
const REMOVED = "remove-cell";
const VERSION = 4; // of the format, which Jupyter has written since 2015

/** A file that cannot be opened; the message is a sentence for who has chosen it. */
class FileError extends Error {}

/**
 * Returns the text of a file that holds a notebook, and its cells as `cellsOf` does.
 *
 * Throws an error whose message is a sentence for the reader.
 */
export async function opened(file) {
  if (file.size > MOST_BYTES) throw new FileError(`${file.name} has more than 5 MB: clear its outputs, and open it again.`);
  const data = await file.arrayBuffer();
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(data);
    return { text, cells: cellsOf(text) };
  } catch (error) {
    const reason = error instanceof FileError ? error.message : "it is no JSON in UTF-8";
    throw new FileError(`${file.name} cannot be opened as a notebook: ${reason}.`, { cause: error });
  }
}

/**
 * Returns the cells of a notebook's text, from the top.
 *
 * Each has its `kind` (code, markdown or raw), its `source`, and where that stands in the text
 * (`start`, `end`). What nbgrader notes says whether it is locked, a check, or a written answer.
 * One that `isRemoved` is on no page of the book, such as the one that installs it in Colab.
 */
export function cellsOf(text) {
  const { nbformat, cells } = JSON.parse(text) ?? {};
  if (!Array.isArray(cells)) throw new FileError("it has no cells");
  if (nbformat !== VERSION) throw new FileError(`its format is not version ${VERSION}; save it anew in Jupyter`);
  const places = new Scanner(text).value().held.get("cells").held;
  return cells.map((cell, i) => cellOf(cell, places[i].held?.get("source")));
}

function cellOf({ cell_type: kind, source, metadata }, place) {
  const lines = [source].flat();
  if (!place || !lines.every((line) => typeof line === "string")) throw new FileError("one of its cells has no source");
  const { locked, grade, solution } = metadata?.nbgrader ?? {};
  return {
    kind,
    source: lines.join(""),
    start: place.start,
    end: place.end,
    isLocked: locked === true,
    isCheck: kind === "code" && grade === true && !solution,
    isAnswer: kind === "markdown" && solution === true && !locked,
    isRemoved: [metadata?.tags].flat().includes(REMOVED),
  };
}

/** Returns the text of a notebook with the sources of some cells: [{ start, end, source }]. */
export function withSources(text, changed) {
  let rest = text;
  for (const { start, end, source } of changed.toSorted((a, b) => b.start - a.start)) {
    rest = rest.slice(0, start) + written(source, text.slice(start, end)) + rest.slice(end);
  }
  return rest;
}

/** Returns a source as JSON in the manner of another: one string, or a list of lines. */
function written(source, before) {
  if (before.startsWith('"')) return JSON.stringify(source);
  const [, first] = before.match(/^\[(\s*)/);
  const [, last] = before.match(/(\s*)\]$/);
  const lines = (source.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => JSON.stringify(line));
  return `[${first}${lines.join(`,${first || " "}`)}${last}]`;
}

/** Finds where each value of JSON stands in its text, which is known to be JSON. */
class Scanner {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  /** Returns the next value's { start, end }, and what an object or a list has as `held`. */
  value() {
    this.#pass(" \t\r\n,:");
    const start = this.#at;
    const sign = this.#text[start];
    const held = { "{": new Map(), "[": [] }[sign];
    if (held) this.#fill(held);
    else if (sign === '"') this.#string();
    else while (this.#at < this.#text.length && !" \t\r\n,]}".includes(this.#text[this.#at])) this.#at++;
    return { start, end: this.#at, held };
  }

  #pass(signs) {
    while (signs.includes(this.#text[this.#at] ?? "end")) this.#at++;
  }

  #fill(held) {
    this.#at++;
    for (this.#pass(" \t\r\n,"); !"]}".includes(this.#text[this.#at]); this.#pass(" \t\r\n,")) {
      if (Array.isArray(held)) held.push(this.value());
      else held.set(JSON.parse(this.#string()), this.value());
    }
    this.#at++;
  }

  #string() {
    const start = this.#at++;
    for (; this.#text[this.#at] !== '"'; this.#at++) if (this.#text[this.#at] === "\\") this.#at++;
    return this.#text.slice(start, ++this.#at);
  }
}
