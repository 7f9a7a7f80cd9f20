// The sketch: draw a curve, lock it in, and only then see the measured one.

import { announcer, frame, h, plain, readArrays, sentence, sourceLine } from "./shared.js";
import { LineChart } from "./lines.js";
import { lockingButtons, Outcome, Prediction } from "./prediction.js";

const YOURS = { label: "Yours", colour: "mute", mark: "diamond", dash: true };
const HOW = "Draw by mouse or finger, or with the arrow keys: left and right go to a place, up and down set its height.";
const REST = "A part of it is not drawn yet: once the curve reaches both ends, it can be locked in.";
const KEYS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 5], PageDown: [0, -5],
};

class SketchExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.live = announcer();
    this.place = 0;
    this.prediction = new Prediction(this.table, el, () => this.#restore());
    this.#build(model, el);
    this.#restore();
    this.live.listen();
  }

  #build(model, el) {
    const { title, question, part, outcome, source } = this.table;
    this.field = h("div", { class: "mg-sketch", onkeydown: (event) => this.#key(event) });
    this.legend = h("div", {});
    this.how = h("p", { class: "mg-story" }, HOW);
    this.buttons = lockingButtons(() => this.#lock(), () => this.#show());
    this.outcome = new Outcome(this.prediction, outcome, () => this.field.focus());
    this.source = sourceLine(source, model);
    const drawn = h("div", { class: "mg-part" }, h("p", { class: "mg-heading" }, part.label), this.field, this.legend);
    const asked = h("p", { class: "mg-say" }, ...sentence(question));
    el.append(frame(title, null, asked, drawn, this.how, this.buttons.element, this.outcome.element,
      this.source.element, this.live.element));
  }

  /** Show what is kept; a curve over other places is no longer one of this chart. */
  #restore() {
    const { heights, part, places } = this.table;
    const drawn = this.prediction.record?.drawn ?? [];
    const fits = drawn.length === places.length && !this.prediction.isOfOther;
    const last = heights.length - 1;
    /** The number of the height at each place, or null. */
    this.heights = part.x.map((_, i) => (fits ? Math.max(0, Math.min(last, Math.round(drawn[i] * last))) : null));
    this.#newChart();
    this.#refresh();
  }

  // ----------------------------------------------------------------------------- the chart

  #newChart() {
    const { isOpen } = this.prediction;
    this.chart?.stop();
    const cursor = isOpen ? null : "place";
    const points = isOpen ? [0, this.table.part.x.length - 1] : this.table.part.x.map((_, i) => i);
    const lines = isOpen ? [YOURS, ...this.table.part.lines] : [YOURS];
    this.shares = new Float32Array(this.table.part.x.length);
    this.chart = new LineChart({ ...this.table.part, lines, cursor, points, thin: true }, this.#view());
    this.field.replaceChildren(this.chart.element);
    this.legend.replaceChildren(this.chart.legend);
    if (!isOpen) this.#listen(this.chart.svg);
  }

  #listen(svg) {
    svg.onpointerdown = (event) => {
      svg.setPointerCapture(event.pointerId);
      this.#point(event, true);
    };
    svg.onpointermove = (event) => { if (event.buttons) this.#point(event); };
  }

  /** What the chart asks: arrays, texts, and the place that is chosen. */
  #view() {
    const measured = ({ name }, line) => Object.fromEntries(Object.entries(this.arrays)
      .filter(([key]) => key.startsWith(`${name}.${line}.`)).map(([key, array]) => [key.split(".").at(-1), array]));
    const place = () => this.place;
    return {
      indices: { get place() { return place(); } },
      arraysOf: (part, line) => (line === "0" ? { values: this.shares } : measured(part, String(line - 1))),
      offset: () => 0,
      description: () => this.#description(),
      lineWords: () => ({ value: this.#heightAt(this.place), interval: "" }),
    };
  }

  #heightAt(place) {
    return this.heights[place] === null ? "not drawn yet" : this.table.heights[this.heights[place]];
  }

  #description() {
    const { part, places, measured } = this.table;
    const { isOpen } = this.prediction;
    const at = places.map((place, i) => `${place}: ${this.#heightAt(i)}${isOpen ? `, measured ${measured[i]}` : ""}`);
    return `Chart. ${part.label}. ${part.xLabel}, yours${isOpen ? " and what was measured" : ""}. ${at.join("; ")}.`;
  }

  // ------------------------------------------------------------------------------- drawing

  /** Draw at a pointer; a fast one has left out places since the one before. */
  #point(event, isFirst = false) {
    const { point, share } = this.chart.pointAt(event);
    const last = this.table.heights.length - 1;
    const height = Math.max(0, Math.min(last, Math.round(share * last)));
    const from = isFirst ? point : this.place;
    const start = this.heights[from] ?? height;
    const length = Math.abs(point - from);
    for (let i = 1; i < length; i++) {
      this.heights[from + Math.sign(point - from) * i] = Math.round(start + ((height - start) * i) / length);
    }
    this.#set(point, height);
  }

  #key(event) {
    const move = KEYS[event.key];
    if (!move || this.prediction.isOpen) return;
    event.preventDefault();
    const [along, up] = move;
    const { heights, places } = this.table;
    const before = this.heights[this.place];
    const place = Math.max(0, Math.min(places.length - 1, this.place + along));
    const middle = Math.floor((heights.length - 1) / 2);
    const height = this.heights[place] ?? before ?? middle; // a new place takes the height beside it
    this.heights[this.place] ??= height; // and so does the one that is left
    this.#set(place, Math.max(0, Math.min(heights.length - 1, height + up)));
  }

  #set(place, height) {
    this.place = place;
    this.heights[place] = height;
    this.#refresh();
  }

  #refresh() {
    const { isOpen } = this.prediction;
    const last = this.table.heights.length - 1;
    this.heights.forEach((height, i) => { this.shares[i] = height === null ? NaN : height / last; });
    this.buttons.element.hidden = this.how.hidden = isOpen;
    const isWhole = !this.heights.includes(null);
    const isBegun = this.heights.some((height) => height !== null);
    this.buttons.lock.disabled = !isWhole;
    this.how.textContent = isBegun && !isWhole ? REST : HOW;
    this.outcome.refresh(isWhole ? [] : this.prediction.said);
    this.#name(isOpen);
    this.chart.refresh(true);
  }

  /** A field that is drawn in is a slider at the chosen place; afterwards it is a picture. */
  #name(isOpen) {
    const { part, places, heights } = this.table;
    const attributes = {
      role: "slider", tabindex: 0, "aria-label": `${part.label}. ${HOW}`, "aria-orientation": "vertical",
      "aria-valuemin": 0, "aria-valuemax": heights.length - 1, "aria-valuenow": this.heights[this.place] ?? 0,
      "aria-valuetext": `${part.xLabel} ${places[this.place]}: ${this.#heightAt(this.place)}`,
    };
    for (const [name, value] of Object.entries(attributes)) {
      if (isOpen) this.field.removeAttribute(name);
      else this.field.setAttribute(name, value);
    }
  }

  // ------------------------------------------------------------------------------- locking

  #lock() {
    const last = this.table.heights.length - 1;
    const words = this.table.places.map((place, i) => `${place}: ${this.#heightAt(i)}`).join(", ");
    const measured = this.arrays[`${this.table.part.name}.0.values`];
    this.prediction.lock(words, this.heights.map((height) => height / last), measured && [...measured]);
    this.prediction.open();
    this.#tell();
  }

  #show() {
    this.prediction.show();
    this.#tell();
  }

  #tell() {
    this.outcome.focus();
    this.live.say(`What came out: ${plain(this.table.outcome)}`);
  }

  stop() {
    for (const part of [this.live, this.source, this.chart, this.prediction]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new SketchExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
