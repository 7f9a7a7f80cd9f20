// How an explorer asks Python, whoever answers: a notebook's kernel, or the worker of a page.
//
// It needs anywidget's `model.send` and `model.on("msg:custom")` only; `misgen/live/desk.py` has the
// messages. Nobody may answer yet: `lineOf(model)` knows, and `liveBar` in live.js shows it.

const LOST = "Python was started again, and what it held is lost: ask anew.";
const SUPERSEDED = "A later question took its place.";
const TYPED = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float32: Float32Array };

// ------------------------------------------------------------------------- arrays in messages

/** Return a value as JSON; its typed arrays go into `buffers`, and keep their `shape`. */
export function encodeArrays(value, buffers) {
  if (ArrayBuffer.isView(value)) {
    const [dtype] = Object.entries(TYPED).find(([, kind]) => value instanceof kind) ?? [];
    buffers.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice());
    return { $array: buffers.length - 1, dtype, shape: value.shape ?? [value.length] };
  }
  if (Array.isArray(value)) return value.map((each) => encodeArrays(each, buffers));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, encodeArrays(each, buffers)]));
}

/** Return the value that a message holds; its arrays are typed, in C order, with a `shape`. */
export function decodeArrays(value, buffers) {
  if (Array.isArray(value)) return value.map((each) => decodeArrays(each, buffers));
  if (value === null || typeof value !== "object") return value;
  if ("$array" in value) {
    const { buffer, byteOffset, byteLength } = buffers[value.$array];
    const numbers = new TYPED[value.dtype](buffer.slice(byteOffset, byteOffset + byteLength)); // aligned
    return Object.assign(numbers, { shape: value.shape });
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, decodeArrays(each, buffers)]));
}

// --------------------------------------------------------------------------------- the line

const abortError = (text) => new DOMException(text, "AbortError");

/** What one view and its Python say to each other. */
class Line {
  #model;
  #waiting = new Map(); // id of a question -> how it goes on
  #latest = new Map(); // key -> id of its question
  #watchers = new Set();
  #prefix = Math.random().toString(36).slice(2); // the views of one model hear each other's answers
  #count = 0;

  constructor(model) {
    this.#model = model;
    /** { state, ... }: "unknown", "absent", "asleep", "loading", "ready" or "failed", as live.js tells. */
    this.state = { state: "unknown" };
    /** When Python was last heard of, or asked while it had nothing to do; "ping" lets it speak. */
    this.heardAt = 0;
    model.on("msg:custom", (content, buffers) => this.#hear(content, buffers));
    this.tell("hello");
  }

  /** Whether a question waits for its answer. */
  get isBusy() {
    return this.#waiting.size > 0;
  }

  /** Say "start", "stop" or "restart" to whoever could answer, or "ping". */
  tell(order) {
    this.#model.send({ live: order });
  }

  /** Call `watcher` whenever the state changes; returns how to stop. */
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  ask(name, values, { signal, onProgress, key }) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    this.#cancel(this.#latest.get(key), abortError(SUPERSEDED));
    const id = `${this.#prefix}-${this.#count++}`;
    return new Promise((resolve, reject) => {
      const onabort = () => this.#cancel(id, signal.reason);
      const forget = () => signal?.removeEventListener("abort", onabort);
      signal?.addEventListener("abort", onabort);
      if (!this.isBusy) this.heardAt = performance.now();
      this.#waiting.set(id, { resolve, reject, onProgress, forget });
      this.#latest.set(key, id);
      const buffers = [];
      const content = { live: "ask", id, name, arguments: encodeArrays(values, buffers) };
      this.#model.send(content, undefined, buffers);
    });
  }

  #cancel(id, reason) {
    if (!this.#waiting.has(id)) return;
    this.#model.send({ live: "cancel", id });
    this.#end(id).reject(reason);
  }

  #end(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting.forget();
    return waiting;
  }

  #hear(content, buffers) {
    if (content.live === "state") return this.#changed(content);
    if (content.live) this.heardAt = performance.now();
    if (!this.#waiting.has(content.id)) return; // cancelled, or of another view
    const value = decodeArrays(content.value, buffers);
    if (content.live === "progress") this.#waiting.get(content.id).onProgress?.(value);
    else if (content.live === "answer") this.#end(content.id).resolve(value);
    else if (content.live === "error") this.#end(content.id).reject(new Error(value));
  }

  #changed({ live, ...state }) {
    this.state = state;
    if (state.state !== "ready") {
      for (const id of [...this.#waiting.keys()]) this.#end(id).reject(new Error(LOST));
    }
    for (const watcher of [...this.#watchers]) watcher(state);
  }
}

const linesOfModels = new WeakMap();

/** Return the line of a model; the first call says hello. */
export function lineOf(model) {
  if (!linesOfModels.has(model)) linesOfModels.set(model, new Line(model));
  return linesOfModels.get(model);
}

/**
 * Ask the session of the model's topic; the promise is that of the answer.
 *
 * `values` are the arguments by name. Aborting `signal` stops it in Python, too, and so does a later
 * question under the same `key`: both reject with an AbortError. A refusal of Python is an Error
 * whose message is a sentence for the reader. `onProgress` gets what a long answer yields.
 */
export function ask(model, name, values = {}, { signal, onProgress, key = name } = {}) {
  return lineOf(model).ask(name, values, { signal, onProgress, key });
}
