// A chart that grows while something is trained or played: two runs against steps, published bands.

import { h, onWidth, s } from "./shared.js";

const [TOP, BOTTOM, LEFT, RIGHT] = [28, 44, 52, 22];
const CURRENT = 0; // of the runs; another one is drawn dashed
const SHARES = [0, 0.5, 1].map((share) => [share, `${100 * share} %`]);

const strokeOf = (colour, run) => `mg-ink-${colour}${run === CURRENT ? "" : " mg-dashed"}`;

export class Curve {
  /**
   * `lines` are { name, label, colour, top }, where `top` is the value at the upper end, by default
   * 1. `top` of the axes is the number of steps at the right end; `first`, if it is not 0, that at
   * the left end of a logarithmic axis. `yTicks` and those of a second axis on the `right`,
   * { label, ticks }, are [height, text], the height from 0 to 1. `runs` names the runs, "" leaves one out.
   */
  constructor(lines, { xLabel, yLabel, top, first = 0, yTicks = SHARES, right = null, runs = [] }) {
    Object.assign(this, { lines, xLabel, yLabel, top, first, yTicks, right, runs: [[], []], bands: {} });
    this.end = right ? LEFT : RIGHT; // pixels on the right
    this.svg = s("svg", { role: "img", class: "mg-chart" });
    this.element = h("div", { class: "mg-plot" }, this.svg);
    const entry = (key, ...texts) => h("li", {}, key, h("span", { class: "mg-name" }, ...texts));
    this.specified = runs.map(() => h("span", {}));
    this.legend = h("ul", { class: "mg-legend mg-kinds" },
      ...lines.map(({ label, colour }) => entry(this.#key(colour), label)),
      ...runs.map((text, run) => (text ? entry(this.#key("mute", run), text, this.specified[run]) : "")));
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.#draw(); });
  }

  #key(colour, run = CURRENT) {
    const line = s("path", { class: "mg-mean", d: "M1 8H27" });
    return s("svg", { class: `mg-key ${strokeOf(colour, run)}`, viewBox: "0 0 28 16", "aria-hidden": "true" }, line);
  }

  /**
   * Show the runs, each a list of { steps, [name]: value }, the current one first; `bands` maps the
   * name of a line to the interval of published runs, as [steps, low, high] at one step or more.
   */
  show(runs, bands, alt) {
    Object.assign(this, { runs, bands });
    this.svg.setAttribute("aria-label", alt);
    this.#draw();
  }

  /** Say in the legend what a run was, beside its name. */
  specify(run, text) {
    this.specified[run].textContent = text && ` (${text})`;
  }

  #x(steps) {
    const log = (n) => Math.log(Math.max(n, this.first) / this.first);
    const share = this.first ? log(steps) / log(this.reach) : steps / this.reach;
    return LEFT + share * (this.width - LEFT - this.end);
  }

  #y(share) {
    return this.height - BOTTOM - share * (this.height - BOTTOM - TOP);
  }

  /** The height of a value of a line; what is beyond the axis lies on its end. */
  #at({ top = 1 }, value) {
    return this.#y(Math.max(0, Math.min(1, value / top)));
  }

  #draw() {
    if (!this.width) return;
    this.reach = Math.max(this.top, ...this.runs.flat().map(({ steps }) => steps)); // the axis keeps its numbers
    this.height = Math.round(Math.max(200, Math.min(270, this.width * 0.5)));
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("height", this.height);
    this.svg.replaceChildren(...this.#grid(), ...this.lines.map((line) => this.#band(line)).filter(Boolean),
      ...this.runs.flatMap((points, run) => this.lines.map((line) => this.#line(line, points, run))));
  }

  #grid() {
    const text = (x, y, anchor, words, more = {}) => s("text", { x, y, "text-anchor": anchor, ...more }, words);
    const [left, right] = [LEFT, this.width - this.end];
    const rules = this.yTicks.map(([share]) => s("line", { class: "mg-rule", x1: left, x2: right, y1: this.#y(share), y2: this.#y(share) }));
    const marks = (ticks, x, anchor) => ticks.map(([share, words]) => text(x, this.#y(share) + 4, anchor, words));
    const along = this.#steps().map((steps) => {
      const anchor = this.first ? "middle" : steps ? (steps === this.top ? "end" : "middle") : "start";
      return text(this.#x(steps), this.#y(0) + 18, anchor, Math.round(steps).toLocaleString("en"));
    });
    const axis = { class: "mg-axis" };
    return [...rules, ...marks(this.yTicks, left - 10, "end"), ...along,
      ...(this.right ? [...marks(this.right.ticks, right + 10, "start"), text(this.width - 2, 12, "end", this.right.label, axis)] : []),
      text(2, 12, "start", this.yLabel, axis), text((left + right) / 2, this.height - 5, "middle", this.xLabel, axis)];
  }

  /** The steps that are written on the axis. */
  #steps() {
    if (!this.first) return [0, this.top / 2, this.top];
    const round = Array.from({ length: 16 }, (_, i) => (i % 2 ? 3 : 1) * 10 ** (i >> 1));
    return round.filter((steps) => steps >= this.first && steps <= this.reach);
  }

  #band(line) {
    const band = this.bands[line.name];
    if (!band) return null;
    const [first, last] = [band[0], band.at(-1)];
    const whole = band.length > 1 ? band : [[0, ...first.slice(1)], [this.reach, ...last.slice(1)]]; // one value holds everywhere
    const edge = (height) => whole.map((point) => `${this.#x(point[0]).toFixed(1)} ${height(point).toFixed(1)}`);
    const upper = (point) => this.#at(line, point[2]);
    const lower = (point) => Math.max(upper(point) + 2, this.#at(line, point[1])); // the narrowest is seen, too
    const points = [...edge(upper), ...edge(lower).reverse()].join(" ");
    return s("g", { class: `mg-ink-${line.colour}` }, s("polygon", { class: "mg-interval", points }));
  }

  #line(line, points, run) {
    const { name, colour } = line;
    const there = points.filter((point) => name in point && point.steps >= this.first);
    const d = there.map((point, i) => `${i ? "L" : "M"}${this.#x(point.steps).toFixed(1)} ${this.#at(line, point[name]).toFixed(1)}`).join("");
    const last = there.at(-1);
    const end = last && run === CURRENT ? s("circle", { cx: this.#x(last.steps), cy: this.#at(line, last[name]), r: 4 }) : null;
    return s("g", { class: strokeOf(colour, run) }, s("path", { class: "mg-mean", d }), s("g", { class: "mg-marks" }, end));
  }

  stop() {
    this.unwatch();
  }
}
