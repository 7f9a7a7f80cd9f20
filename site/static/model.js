// What an explorer of a page speaks to in place of a kernel.
//
// It has a file of its own: the page loads host.js under an address with a version, so that whoever
// imported host.js would run it a second time.

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The part of anywidget's model that an explorer uses. */
export class Model {
  #values;
  #listeners = new Map();

  constructor(values) {
    this.#values = { ...values };
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    if (typeof name === "object") {
      for (const [each, its] of Object.entries(name)) this.set(each, its);
      return;
    }
    if (same(this.#values[name], value)) return;
    this.#values[name] = value;
    this.#emit(`change:${name}`, value);
    this.#emit("change");
  }

  save_changes() {}

  /** What an explorer tells whoever answers it, see live.js; most need nobody. */
  send(content, _callbacks, buffers = []) {
    this.onsend?.(content, buffers);
  }

  /** Hands an answer to the explorer, as a kernel would. */
  hear(content, buffers = []) {
    for (const listener of [...(this.#listeners.get("msg:custom") ?? [])]) listener(content, buffers);
  }

  on(events, listener) {
    for (const event of events.split(" ")) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(listener);
    }
  }

  off(events, listener) {
    if (!events) return this.#listeners.clear();
    for (const event of events.split(" ")) {
      if (listener) this.#listeners.get(event)?.delete(listener);
      else this.#listeners.delete(event);
    }
  }

  #emit(event, ...values) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(this, ...values);
  }
}
