// A line chart of a panel: bands, seeds, means, and a cursor that follows a control.

import { h, onWidth, s } from "./shared.js";
import { MARKS } from "./slider.js";

const CHARACTER = 6.7; // pixels of a tick's label, for each of its characters
const TOP = 28;
const RIGHT = 22;
const FEW_POINTS = 12; // so few are marked one by one
const MARKED = 6; // of many points, so that lines differ in more than colour
const DOT = 2.4;
const SPREAD_OF_SEEDS = 10; // pixels

/** The stretches of points that are not missing, as lists of their numbers. */
function stretches(points, isThere) {
  const found = [[]];
  for (const i of points) {
    if (isThere(i)) found.at(-1).push(i);
    else if (found.at(-1).length) found.push([]);
  }
  return found.filter((stretch) => stretch.length);
}

function keyOf({ colour, mark, dash }) {
  const classes = `mg-key mg-ink-${colour}${dash ? " mg-dashed" : ""}`;
  const line = s("path", { class: "mg-mean", d: "M1 8H27" });
  return s("svg", { class: classes, viewBox: "0 0 28 16", "aria-hidden": "true" }, line,
    s("g", { class: "mg-marks" }, MARKS[mark](14, 8, 4)));
}

/** Leave out the ticks whose labels would touch the one before. */
function roomy(ticks, place) {
  let end = -Infinity;
  return ticks.filter(([at, text]) => {
    const half = (text.length * CHARACTER) / 2;
    const fits = place(at) - half > end + 6;
    if (fits) end = place(at) + half;
    return fits;
  });
}

export class LineChart {
  /** `view` gives arrays, texts, and what is chosen; see panel.js. `part.thin` draws seeds as lines. */
  constructor(part, view) {
    Object.assign(this, { part, view });
    this.points = part.x.map((_, i) => i);
    this.series = part.lines.map((_, l) => view.arraysOf(part, String(l)));
    this.svg = s("svg", { role: "img", class: "mg-chart" });
    this.element = h("div", { class: "mg-plot" }, this.svg);
    this.readouts = part.lines.map(() => h("span", { class: "mg-value" }));
    this.legend = h("ul", { class: "mg-legend" }, ...part.lines.map((line, l) => h("li", {},
      keyOf(line), h("span", { class: "mg-name" }, line.label), this.readouts[l])));
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.#draw(); });
  }

  /** Show what is chosen; `isNew` tells that the numbers themselves have changed. */
  refresh(isNew = false) {
    const at = this.view.offset(this.part.over);
    const moved = isNew || at !== this.at;
    this.at = at;
    this.svg.setAttribute("aria-label", this.view.description(this.part));
    if (this.part.cursor) this.part.lines.forEach((_, l) => this.#readout(l));
    if (!this.width) return;
    if (moved) this.#draw();
    else this.#mark();
  }

  #readout(l) {
    const { part, view } = this;
    const { value, interval } = view.lineWords(part, view.indices[part.cursor], l);
    const mean = h("b", { class: `mg-${part.lines[l].colour}` }, value);
    this.readouts[l].replaceChildren(mean, ...(interval ? [h("small", {}, interval)] : []));
  }

  // ---------------------------------------------------------------------------- geometry

  #measure() {
    const { part, width } = this;
    const names = part.yTicks.map(([, text]) => text.length * CHARACTER);
    this.left = Math.max(34, Math.ceil(Math.max(0, ...names)) + 16);
    this.height = Math.round(Math.max(190, Math.min(270, width * 0.56)));
    this.bottom = part.aligned ? 10 : 44;
    this.x = (share) => this.left + share * (width - this.left - RIGHT);
    this.y = (share) => this.height - this.bottom - share * (this.height - this.bottom - TOP);
  }

  #xy(values, from, i) {
    return `${this.x(this.part.x[i]).toFixed(1)} ${this.y(values[from + i]).toFixed(1)}`;
  }

  #path(values, from) {
    const there = (i) => !Number.isNaN(values[from + i]);
    return stretches(this.points, there)
      .map((stretch) => `M${stretch.map((i) => this.#xy(values, from, i)).join("L")}`).join("");
  }

  // ----------------------------------------------------------------------------- picture

  #draw() {
    if (this.at === undefined) return;
    this.#measure();
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("height", this.height);
    this.element.parentElement.style.setProperty("--mg-plot-left", `${this.left}px`);
    this.marker = s("g", {});
    const layers = ["seeds", "band", "mean", "marks"];
    const drawn = layers.map((layer) => s("g", {}, ...this.part.lines.map((_, l) => this.#layer(layer, l))));
    this.svg.replaceChildren(...this.#grid(), ...drawn, this.marker, ...this.#target());
    this.#mark();
  }

  #grid() {
    const { part, width, height } = this;
    const [start, end] = [this.x(0), this.x(1)];
    const across = part.yTicks.flatMap(([at, text]) => [
      s("line", { class: "mg-rule", x1: start - 6, x2: end + 6, y1: this.y(at), y2: this.y(at) }),
      s("text", { x: start - 12, y: this.y(at) + 4, "text-anchor": "end" }, text),
    ]);
    const title = s("text", { x: 2, y: 12, class: "mg-axis" }, part.yLabel);
    if (part.aligned) return [title, ...across];
    const foot = this.y(0);
    const along = roomy(part.xTicks, this.x).flatMap(([at, text]) => [
      s("line", { class: "mg-tickline", x1: this.x(at), x2: this.x(at), y1: foot, y2: foot + 5 }),
      s("text", { x: this.x(at), y: foot + 18, "text-anchor": "middle" }, text),
    ]);
    const name = s("text", { x: (start + end) / 2, y: height - 5, "text-anchor": "middle", class: "mg-axis" }, part.xLabel);
    return [title, ...across, ...along, name];
  }

  #layer(layer, l) {
    const { colour, dash } = this.part.lines[l];
    const classes = `mg-ink-${colour}${dash ? " mg-dashed" : ""}`;
    return s("g", { class: classes }, ...this[`_${layer}`](l).filter(Boolean));
  }

  _seeds(l) {
    const { seeds } = this.series[l];
    if (!seeds) return [];
    const [count, points] = seeds.shape.slice(-2);
    const from = (seed) => (this.at * count + seed) * points;
    const all = Array.from({ length: count }, (_, seed) => seed);
    if (points > FEW_POINTS || this.part.thin) {
      return [s("path", { class: "mg-seed", d: all.map((seed) => this.#path(seeds, from(seed))).join("") })];
    }
    const aside = (seed) => ((seed + 0.5) / count - 0.5) * SPREAD_OF_SEEDS;
    const dots = all.flatMap((seed) => this.points.map((i) => this.#dot(l, i, seeds[from(seed) + i], aside(seed))));
    return [s("g", { class: "mg-dots" }, ...dots.filter(Boolean))];
  }

  #dot(l, i, value, aside = 0, size = DOT) {
    if (Number.isNaN(value)) return null;
    return MARKS[this.part.lines[l].mark](this.x(this.part.x[i]) + aside, this.y(value), size);
  }

  _band(l) {
    const { low, high } = this.series[l];
    if (!low) return [];
    const from = this.at * this.points.length;
    const there = (i) => !Number.isNaN(low[from + i]) && !Number.isNaN(high[from + i]);
    return stretches(this.points, there).map((stretch) => {
      const top = stretch.map((i) => this.#xy(high, from, i));
      const bottom = stretch.map((i) => this.#xy(low, from, i)).reverse();
      return s("polygon", { class: "mg-interval", points: [...top, ...bottom].join(" ") });
    });
  }

  _mean(l) {
    return [s("path", { class: "mg-mean", d: this.#path(this.series[l].values, this.at * this.points.length) })];
  }

  _marks(l) {
    const { values } = this.series[l];
    const from = this.at * this.points.length;
    const every = this.points.length <= FEW_POINTS ? 1 : Math.ceil(this.points.length / MARKED);
    const shift = every === 1 ? 0 : Math.floor((every * (l + 0.5)) / this.part.lines.length);
    const marked = this.points.filter((i) => i % every === shift);
    return [s("g", { class: "mg-marks" }, ...marked.map((i) => this.#dot(l, i, values[from + i], 0, 3.4)).filter(Boolean))];
  }

  // ------------------------------------------------------------------------------ cursor

  #mark() {
    if (!this.part.cursor) return;
    const { part, view } = this;
    const i = part.points[view.indices[part.cursor]];
    const x = this.x(part.x[i]);
    const line = s("line", { class: "mg-cursor", x1: x, x2: x, y1: TOP - 6, y2: this.y(0) });
    this.marker.replaceChildren(line, ...part.lines.map((_, l) => this.#atCursor(l, i)));
  }

  #atCursor(l, i) {
    const { values, low, high } = this.series[l];
    const at = this.at * this.points.length + i;
    const whisker = low && !Number.isNaN(low[at]) ? this.#whisker(this.x(this.part.x[i]), low[at], high[at]) : null;
    const dot = this.#dot(l, i, values[at], 0, 5);
    return s("g", { class: `mg-here mg-ink-${this.part.lines[l].colour}` }, ...[whisker, dot].filter(Boolean));
  }

  #whisker(x, low, high) {
    const end = (share) => `M${x - 4} ${this.y(share)}h8`;
    return s("path", { class: "mg-whisker", d: `M${x} ${this.y(low)}V${this.y(high)}${end(low)}${end(high)}` });
  }

  /** Return which of the cursor's values is nearest to an event, and its height as a share of the axis. */
  pointAt({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    const along = (clientX - left - this.x(0)) / (this.x(1) - this.x(0));
    const distance = this.part.points.map((i) => Math.abs(this.part.x[i] - along));
    const share = (clientY - top - this.y(0)) / (this.y(1) - this.y(0));
    return { point: distance.indexOf(Math.min(...distance)), share };
  }

  #target() {
    if (!this.part.cursor) return [];
    const point = (event) => this.view.choose(this.part.cursor, this.pointAt(event).point);
    const drag = (event) => { if (event.buttons) point(event); };
    return [s("rect", {
      class: "mg-target mg-drag", x: 0, y: 0, width: "100%", height: "100%", onclick: point, onpointermove: drag,
    })];
  }

  stop() {
    this.unwatch();
  }
}
