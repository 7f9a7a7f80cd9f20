// A chart that grows while something is trained: shares against steps, two runs, published bands.

import { h, onWidth, s } from "./shared.js";

const [TOP, BOTTOM, LEFT, RIGHT] = [28, 44, 52, 22];
const CURRENT = 0; // of the runs; another one is drawn dashed

export class Curve {
  /** `lines` are { name, label, colour }; `top` is the number of steps at the right end. */
  constructor(lines, { xLabel, yLabel, top }) {
    Object.assign(this, { lines, xLabel, yLabel, top, runs: [[], []], bands: {} });
    this.svg = s("svg", { role: "img", class: "mg-chart" });
    this.element = h("div", { class: "mg-plot" }, this.svg);
    this.legend = h("ul", { class: "mg-legend" }, ...lines.map(({ label, colour }) =>
      h("li", {}, this.#key(colour), h("span", { class: "mg-name" }, label))));
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.#draw(); });
  }

  #key(colour) {
    const line = s("path", { class: "mg-mean", d: "M1 8H27" });
    return s("svg", { class: `mg-key mg-ink-${colour}`, viewBox: "0 0 28 16", "aria-hidden": "true" }, line);
  }

  /**
   * Show the runs, each a list of { steps, [name]: share }, the current one first; `bands` maps the
   * name of a line to the [low, high] of published runs.
   */
  show(runs, bands, alt) {
    Object.assign(this, { runs, bands });
    this.svg.setAttribute("aria-label", alt);
    this.#draw();
  }

  #x(steps) {
    return LEFT + (steps / this.top) * (this.width - LEFT - RIGHT);
  }

  #y(share) {
    return this.height - BOTTOM - share * (this.height - BOTTOM - TOP);
  }

  #draw() {
    if (!this.width) return;
    this.top = Math.max(this.top, ...this.runs.flat().map(({ steps }) => steps));
    this.height = Math.round(Math.max(200, Math.min(270, this.width * 0.5)));
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("height", this.height);
    this.svg.replaceChildren(...this.#grid(), ...this.lines.map((line) => this.#band(line)).filter(Boolean),
      ...this.runs.flatMap((points, run) => this.lines.map((line) => this.#line(line, points, run))));
  }

  #grid() {
    const text = (x, y, anchor, words, more = {}) => s("text", { x, y, "text-anchor": anchor, ...more }, words);
    const across = [0, 0.5, 1].flatMap((share) => [
      s("line", { class: "mg-rule", x1: LEFT, x2: this.width - RIGHT, y1: this.#y(share), y2: this.#y(share) }),
      text(LEFT - 10, this.#y(share) + 4, "end", `${100 * share} %`),
    ]);
    const along = [0, 0.5, 1].map((share) =>
      text(this.#x(share * this.top), this.#y(0) + 18, share ? (share === 1 ? "end" : "middle") : "start", Math.round(share * this.top).toLocaleString("en")));
    const middle = (LEFT + this.width - RIGHT) / 2;
    return [...across, ...along, text(2, 12, "start", this.yLabel, { class: "mg-axis" }),
      text(middle, this.height - 5, "middle", this.xLabel, { class: "mg-axis" })];
  }

  #band({ name, colour }) {
    if (!this.bands[name]) return null;
    const [low, high] = this.bands[name];
    const box = { x: LEFT, y: this.#y(high), width: this.width - LEFT - RIGHT, height: Math.max(2, this.#y(low) - this.#y(high)) };
    return s("g", { class: `mg-ink-${colour}` }, s("rect", { class: "mg-interval", ...box }));
  }

  #line({ name, colour }, points, run) {
    const there = points.filter((point) => name in point);
    const d = there.map((point, i) => `${i ? "L" : "M"}${this.#x(point.steps).toFixed(1)} ${this.#y(point[name]).toFixed(1)}`).join("");
    const classes = `mg-ink-${colour}${run === CURRENT ? "" : " mg-dashed"}`;
    const last = there.at(-1);
    const end = last && run === CURRENT ? s("circle", { cx: this.#x(last.steps), cy: this.#y(last[name]), r: 4 }) : null;
    return s("g", { class: classes }, s("path", { class: "mg-mean", d }), s("g", { class: "mg-marks" }, end));
  }

  stop() {
    this.unwatch();
  }
}
