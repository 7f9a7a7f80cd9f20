// What every explorer needs: elements, packed tables, the reader's choices, announcements.

const SVG = "http://www.w3.org/2000/svg";
const ANNOUNCE_AFTER_MS = 600; // long enough that dragging a slider is one announcement
const UNBROKEN = 14; // characters of a number in words that stay on one line
const THEME_ATTRIBUTES = ["data-theme", "theme", "data-jp-theme-light", "data-vscode-theme-kind"];

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Create an HTML element: attributes, `onevent` listeners, children (text is never parsed). */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** Create an SVG element. */
export function s(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

const ICONS = {
  play: "M4 2.5v11l9.5-5.5z",
  pause: "M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z",
  step: "M3 2.5v11l6.5-5.5zM10.5 2.5h2.5v11h-2.5z",
  restart: "M8 2.2a5.8 5.8 0 1 1-5.6 4.3l1.8.5A3.9 3.9 0 1 0 8 4.1v2.3L3.9 3.2 8 0z",
  next: "M6 2.5 11.5 8 6 13.5 4.6 12.100l4.1-4.1-4.100-4.100z",
};

/** Return a small picture for a button; the button's text is its name. */
export function icon(name) {
  const path = s("path", { d: ICONS[name] });
  return s("svg", { class: "mg-icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}

/** Turn [[tag, text], ...] into nodes; a tag colours a number or marks code. */
export function sentence(segments) {
  const coloured = (tag, text) =>
    h("b", { class: text.length <= UNBROKEN ? `mg-${tag} mg-unbroken` : `mg-${tag}` }, text);
  return segments.map(([tag, text]) =>
    tag === "code" ? h("code", {}, text) : tag ? coloured(tag, text) : text,
  );
}

/** Return a sentence with its {words} filled in. */
export function withWords(segments, words) {
  return segments.map(([tag, text]) => [tag, text.replace(/\{(\w+)\}/g, (_, name) => words[name])]);
}

/** Return the labels of a control; those of some depend on what another one has. */
export const labelsOf = ({ labels, by }, indices) => (by ? by.labels[indices[by.name]] : labels);

/** Return the plain text of [[tag, text], ...]. */
export function plain(segments) {
  return segments.map(([, text]) => text).join("");
}

// --------------------------------------------------------------------- packed tables

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array };

function bytesOf(data) {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function readEntry({ dtype, shape, offset, scale }, buffer) {
  const count = shape.reduce((product, n) => product * n, 1);
  const numbers = new ARRAYS[dtype](buffer, offset, count);
  const share = (value) => (value > scale ? NaN : value / scale);
  const array = scale ? Float32Array.from(numbers, share) : numbers;
  array.shape = shape;
  return array;
}

/** Return the arrays that Python packed, by name; shares are floats, missing ones NaN. */
export function readArrays(model) {
  const buffer = bytesOf(model.get("data")).slice().buffer; // a copy starts at an aligned address
  const entries = model.get("table").layout.map((entry) => [entry.name, readEntry(entry, buffer)]);
  return Object.fromEntries(entries);
}

// --------------------------------------------------------------- the reader's choices

/** Return the index of the allowed value closest to what an address or a cell asked for. */
export function nearestIndex(values, wanted, otherwise = 0) {
  if (typeof values[0] === "boolean") {
    const asked = [false, true].find((value) => String(value) === String(wanted));
    return asked === undefined ? otherwise : values.indexOf(asked);
  }
  if (typeof values[0] === "string") {
    const index = values.indexOf(wanted);
    return index < 0 ? otherwise : index;
  }
  const number = wanted === "" || wanted === null ? NaN : Number(wanted);
  if (typeof wanted === "object" || Number.isNaN(number)) return otherwise;
  const distance = values.map((value) => Math.abs(value - number));
  return Number.isFinite(number)
    ? distance.indexOf(Math.min(...distance))
    : number > 0 ? values.length - 1 : 0;
}

/** The choice of a step: -1 is the last one of the replay, whatever its number. */
export const STEP = { name: "step", values: Array.from({ length: 256 }, (_, i) => i - 1) };

/** The reader's choices: always valid, kept in the model's `state`. */
export class Choices {
  /** `controls` are { name, values, start }; nonsense turns into the value at `start`, or the first. */
  constructor(model, controls, listener) {
    this.model = model;
    this.allowed = Object.fromEntries(controls.map(({ name, values }) => [name, values]));
    this.indices = Object.fromEntries(controls.map(({ name, start = 0 }) => [name, start]));
    this.listener = listener;
    this.read();
    this.asJson = JSON.stringify(this.values());
    this.receive = () => this.#changed();
    model.on("change:state", this.receive);
    this.#correct();
  }

  /** An address may ask for what does not exist; it is then told what the page shows instead. */
  #correct() {
    const known = this.#known(this.model.get("state"));
    if (JSON.stringify(known) !== JSON.stringify(this.values())) this.#write();
  }

  read() {
    const state = this.model.get("state") ?? {};
    const indices = Object.entries(this.allowed).map(([name, values]) => [
      name, nearestIndex(values, state[name], this.indices[name]),
    ]);
    this.indices = Object.fromEntries(indices);
  }

  #known(state) {
    return Object.fromEntries(Object.keys(this.allowed).map((name) => [name, state?.[name]]));
  }

  values() {
    const entries = Object.entries(this.allowed);
    return Object.fromEntries(entries.map(([name, values]) => [name, values[this.indices[name]]]));
  }

  choose(name, index) {
    this.indices[name] = index;
    if ("step" in this.indices) this.indices.step = 0; // of another replay: start from its end
    this.#write();
    this.#notify();
  }

  /** Note the step that the reader went to; the player already shows it. */
  noteStep(step) {
    this.indices.step = nearestIndex(STEP.values, step);
    this.asJson = JSON.stringify(this.values());
    this.#write();
  }

  #write() {
    this.model.set("state", { ...this.model.get("state"), ...this.values() });
    this.model.save_changes();
  }

  #changed() {
    this.read();
    this.#correct();
    this.#notify();
  }

  #notify() {
    const json = JSON.stringify(this.values());
    if (json === this.asJson) return;
    this.asJson = json;
    this.listener();
  }

  stop() {
    this.model.off?.("change:state", this.receive);
  }
}

// ------------------------------------------------------------------- words and links

const REPRODUCE = "“Reproduce” at the end says how to reproduce them"; // base.py has it for saved notebooks

/** Create a polite live region that speaks when the reader has stopped changing things. */
export function announcer() {
  const element = h("div", { class: "mg-unseen", "aria-live": "polite", role: "status" });
  let timer = 0;
  let listening = false; // nobody asked for a speech while the page is being built
  const listen = () => { listening = true; };
  const say = (text) => {
    if (!listening) return;
    clearTimeout(timer);
    timer = setTimeout(() => { element.textContent = text; }, ANNOUNCE_AFTER_MS);
  };
  return { element, say, listen, stop: () => clearTimeout(timer) };
}

/** Create a labelled native select; `next` names a button that goes on to the next option. */
export function selector(choices, name, label, texts, next = null) {
  const options = texts.map((text, i) => h("option", { value: i }, text));
  const select = h("select", { onchange: () => choices.choose(name, select.selectedIndex) }, ...options);
  const go = () => choices.choose(name, (choices.indices[name] + 1) % texts.length);
  const field = h("label", { class: "mg-field" }, h("span", {}, label), select);
  const named = { class: "mg-button mg-next", "aria-label": next, title: next };
  const button = next && texts.length > 1
    ? h("button", { type: "button", ...named, onclick: go }, icon("next"))
    : null;
  const update = () => { select.selectedIndex = choices.indices[name]; };
  return { element: h("span", { class: "mg-pick" }, field, button), update };
}

async function copy(link, event) {
  if (!navigator.clipboard) return;
  event.preventDefault();
  const copied = () => "link copied";
  const refused = () => link.href; // as in most frames: the reader can still mark it
  link.textContent = await navigator.clipboard.writeText(link.href).then(copied, refused);
}

/** The host of a page knows the address of the state; a notebook has none. */
function stateLink(model) {
  const link = h("a", { onclick: (event) => copy(link, event) }, "link to this state");
  const update = () => {
    const address = model.get("permalink");
    link.hidden = !address;
    link.href = address ?? "";
    link.textContent = "link to this state";
  };
  return { link, update };
}

/** A link within the book; where there are no pages, as in a notebook, the `words` alone. */
export function bookLink(model, href, text, words = text) {
  return model.get("permalink") ? h("a", { href }, text) : words;
}

/** Create the caption: where the numbers come from, and the links; only choices have an address. */
export function sourceLine(source, model) {
  const { link, update } = stateLink(model);
  model.on("change:permalink", update);
  const reproduce = source.reproduce && bookLink(model, source.reproduce, "how to reproduce them", REPRODUCE);
  const colab = source.colab && h("a", { href: source.colab }, "open in Colab");
  const hasState = Object.keys(model.get("state")).length > 0;
  const links = [reproduce, colab, hasState && link].filter(Boolean).map((part) => h("span", { class: "mg-link" }, part));
  update();
  const stop = () => model.off?.("change:permalink", update);
  return { element: h("p", { class: "mg-source" }, source.text, ...links), stop };
}

// --------------------------------------------------------------------- surroundings

/** Call `listener` when the page turns light or dark; returns how to stop. */
export function onThemeChange(listener) {
  const observer = new MutationObserver(listener);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: THEME_ATTRIBUTES });
  }
  dark.addEventListener("change", listener);
  return () => { observer.disconnect(); dark.removeEventListener("change", listener); };
}

/** Call `listener` with the width of an element whenever it changes; returns how to stop. */
export function onWidth(element, listener) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    const now = Math.floor(element.clientWidth);
    if (now > 0 && now !== width) listener((width = now));
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Whether the reader asked for less motion. */
export function prefersStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Create the frame of an explorer: a titled group. */
export function frame(title, subtitle, ...children) {
  const heading = h("p", { class: "mg-title" }, title);
  const sub = subtitle ? h("p", { class: "mg-sub" }, subtitle) : null;
  return h("div", { class: "mg-root", role: "group", "aria-label": title }, heading, sub, ...children);
}
