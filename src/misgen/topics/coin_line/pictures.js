// The pictures of the coin line: the map of decisions, the line itself, and the chance at the probe.

import { h, onWidth, s } from "../../explore/js/shared.js";
import { MARGIN } from "../../explore/js/slider.js";
import { filled } from "./model.js";

const MAX_CELL = 42; // pixels
const [LEFT, TOP] = [46, 40]; // room for the numbers and names of rows and columns
const [FAINT, STRONG] = [0.12, 0.68]; // how much of its colour a cell of no and of full preference has

function size(svg, width, height) {
  Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height }).forEach(([k, v]) => svg.setAttribute(k, v));
}

const middle = (x, y, text, properties = {}) => s("text", { x, y, "text-anchor": "middle", ...properties }, text);

function fillOf({ colour }, strength) {
  if (!colour) return "fill:var(--mg-card)";
  return `fill:color-mix(in srgb, var(--mg-${colour}) ${Math.round(100 * strength)}%, var(--mg-card))`;
}

/** How sure a logit is: 0 for a random step, 1 for always the same step. */
const sureness = (logit) => Math.abs(Math.tanh(logit / 2));

/** A picture that is drawn again whenever its width changes. */
class Picture {
  constructor(classes, description) {
    this.description = description;
    this.svg = s("svg", { role: "img", class: classes });
    this.element = h("div", { class: "mg-plot" }, this.svg);
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.draw(); });
  }

  describe(words) {
    this.svg.setAttribute("aria-label", filled(this.description, words));
  }

  stop() {
    this.unwatch();
  }
}

// ------------------------------------------------------------------------------------ map

/** One cell for each state; the coin's places run upwards. */
export class DecisionMap extends Picture {
  constructor(kinds, description) {
    super("mg-cells", description);
    this.kinds = kinds;
    this.legend = this.#legend();
  }

  /** Show the kinds and logits of all states, which of them are drawn in training, and the probe. */
  show(shown) {
    this.shown = shown;
    this.#describe();
    this.draw();
  }

  #describe() {
    const { kinds: all, drawn } = this.shown;
    const told = this.kinds.slice(1).map(({ label }, i) => [all.filter((kind) => kind === i + 1).length, label])
      .filter(([count]) => count).map(([count, label]) => `${count} ${label}`);
    const decisions = all.filter((kind) => kind > 0).length;
    this.describe({ decisions, kinds: told.join("; "), drawn: drawn.length });
  }

  draw() {
    if (!this.width || !this.shown) return;
    const { length } = this.shown;
    this.side = Math.min(MAX_CELL, (this.width - LEFT - 4) / (length + 1));
    size(this.svg, LEFT + (length + 1) * this.side + 4, TOP + (length + 1) * this.side + 4);
    const states = Array.from({ length: (length + 1) ** 2 }, (_, i) => this.#state(i));
    this.svg.replaceChildren(...this.#names(), ...states, this.#probe());
  }

  #corner(i) {
    const { length } = this.shown;
    const [place, coin] = [i % (length + 1), Math.floor(i / (length + 1))];
    return [LEFT + 2 + place * this.side, TOP + 2 + (length - coin) * this.side];
  }

  #state(i) {
    const { kinds, logits, drawn } = this.shown;
    const [[x, y], kind] = [this.#corner(i), this.kinds[kinds[i]]];
    const strength = FAINT + (STRONG - FAINT) * sureness(logits[i]);
    const box = { class: "mg-cell", x, y, width: this.side - 1, height: this.side - 1, rx: 3 };
    const inside = kinds[i] ? letter(kind.glyph, x, y, this.side) : coin(x + this.side / 2, y + this.side / 2, this.side * 0.22);
    const dot = s("circle", { class: "mg-drawn", cx: x + this.side - 6, cy: y + 5, r: Math.max(1.6, this.side / 15) });
    return s("g", {}, s("rect", { ...box, style: kinds[i] ? fillOf(kind, strength) : "fill:none" }), inside,
      drawn.includes(i) ? dot : null);
  }

  #probe() {
    const [place, coinAt] = this.shown.probe;
    const [x, y] = this.#corner(coinAt * (this.shown.length + 1) + place);
    return s("rect", { class: "mg-outline", x, y, width: this.side - 1, height: this.side - 1, rx: 3 });
  }

  #names() {
    const { length } = this.shown;
    const numbers = Array.from({ length: length + 1 }, (_, i) => i);
    const centre = (i) => (i + 0.5) * this.side + 2;
    const turn = `translate(12 ${TOP + centre((length) / 2)}) rotate(-90)`;
    return [
      middle(LEFT + centre(length / 2), 12, "agent at place", { class: "mg-axis" }),
      s("text", { class: "mg-axis", transform: turn, "text-anchor": "middle" }, "coin at place"),
      ...numbers.map((i) => middle(LEFT + centre(i), TOP - 6, i)),
      ...numbers.map((i) => s("text", { x: LEFT - 6, y: TOP + centre(length - i) + 4, "text-anchor": "end" }, i)),
    ];
  }

  #legend() {
    const key = (...shapes) => s("svg", { class: "mg-key mg-square", viewBox: "0 0 16 16", "aria-hidden": "true" }, ...shapes);
    const box = (style) => s("rect", { class: "mg-cell", x: 0.5, y: 0.5, width: 15, height: 15, rx: 2, style });
    const item = (picture, text) => h("li", {}, picture, h("span", { class: "mg-name" }, text));
    const [onCoin, ...decisions] = this.kinds.filter(({ listed }) => listed);
    return h("ul", { class: "mg-legend mg-kinds" },
      ...decisions.map((kind) => item(key(box(fillOf(kind, STRONG)), letter(kind.glyph, 0.5, 0.5, 16)), kind.label)),
      item(key(coin(8, 8, 4.5)), onCoin.label),
      item(key(box("fill:none"), s("circle", { class: "mg-drawn", cx: 11, cy: 5, r: 2 })), "occurs in training"),
      item(key(s("rect", { class: "mg-outline", x: 2, y: 2, width: 12, height: 12, rx: 2 })), "the probe"));
  }
}

function letter(glyph, x, y, side) {
  const high = Math.min(19, side * 0.62);
  const style = `font-size:${high}px`;
  return middle(x + (side - 1) / 2, y + side / 2 + high * 0.34, glyph, { class: "mg-letter", style });
}

function coin(x, y, r) {
  return s("circle", { class: "mg-coin", cx: x, cy: y, r });
}

// ----------------------------------------------------------------------------------- line

/** The line between its walls, the agent at the probe, and its way from there. */
export class LinePicture extends Picture {
  constructor(description) {
    super("mg-cells mg-line", description);
  }

  /** Show the places of a walk on a line, and its end: what it is, its colour, its words. */
  show({ length, probe: [, coinAt] }, path, end) {
    Object.assign(this, { length, coinAt, path, end });
    this.describe({ places: length + 1, end: end[2], path: path.join(", ") });
    this.draw();
  }

  draw() {
    if (!this.width || !this.path) return;
    const { length } = this;
    this.side = Math.min(MAX_CELL, this.width / (length + 2));
    const { side } = this;
    const [width, floor] = [side * (length + 2), side * 1.25 + 26];
    size(this.svg, width, floor + 20);
    const wall = (x) => s("rect", { class: "mg-wall", x, y: 24, width: side / 2, height: floor - 24 });
    const ground = s("line", { class: "mg-floor", x1: 0, x2: width, y1: floor, y2: floor });
    const numbers = Array.from({ length: length + 1 }, (_, i) => middle(this.#x(i), floor + 15, i));
    this.svg.replaceChildren(wall(0), wall(width - side / 2), ground, ...numbers,
      coin(this.#x(this.coinAt), floor - side * 0.32, side * 0.24),
      agent(this.#x(this.path[0]), floor, side), ...this.#way(floor));
  }

  #x(place) {
    return (place + 1) * this.side;
  }

  #way(floor) {
    const { path, end: [end, colour, text] } = this;
    const [from, to] = [this.#x(path[0]), this.#x(path.at(-1))];
    const y = floor - this.side * 0.98;
    const word = middle(Math.max(60, Math.min(this.#x(this.length) - 30, (from + to) / 2)), 14, text, { class: "mg-word" });
    if (from === to) return [s("g", { class: `mg-way mg-ink-${colour}` }, middle(from, y + 6, "½", { class: "mg-half" }), word)];
    const back = end === "between" ? this.#x(path.at(-2)) : null;
    const line = s("path", { d: `M${from} ${y}H${to}` });
    const heads = [head(to, y, Math.sign(to - from)), back === null ? null : head(back, y, Math.sign(back - to))];
    const half = end === "random" ? middle(to + 12, y - 4, "½", { class: "mg-half" }) : null;
    const ghost = end === "coin" ? null : s("g", { class: "mg-ghost" }, agent(to, floor, this.side));
    return [ghost, s("g", { class: `mg-way mg-ink-${colour}` }, line, ...heads, half, word)].filter(Boolean);
  }
}

function agent(x, floor, side) {
  const [w, high] = [side * 0.46, side * 0.62];
  const eye = (dx) => s("circle", { class: "mg-eye", cx: x + dx * side, cy: floor - high * 0.68, r: side * 0.06 });
  return s("g", { class: "mg-agent" },
    s("rect", { x: x - w / 2, y: floor - high, width: w, height: high, rx: w * 0.42 }), eye(-0.09), eye(0.09));
}

function head(x, y, way) {
  return s("path", { d: `M${x - 7 * way} ${y - 5}L${x} ${y}L${x - 7 * way} ${y + 5}` });
}

// ---------------------------------------------------------------------------------- chart

const HEIGHT = 170;
const BELOW = 34; // pixels for the steps under the chart

/** The chance of right at the probe over the steps of training, a line for each share. */
export class ProbeChart extends Picture {
  constructor(steps, description, choose) {
    super("mg-chart mg-drag", description);
    this.steps = steps;
    this.svg.addEventListener("click", (event) => choose(this.#nearest(event)));
  }

  show(curves, share, step) {
    Object.assign(this, { curves, share, step });
    this.describe({ step: this.steps.labels[step], chance: Math.round(100 * curves[share][step]) });
    this.draw();
  }

  #x(i) {
    return MARGIN.left + (i * (this.width - MARGIN.left - MARGIN.right)) / (this.steps.values.length - 1);
  }

  #y(chance) {
    return MARGIN.top + (1 - chance) * (HEIGHT - MARGIN.top - BELOW);
  }

  #nearest(event) {
    const box = this.svg.getBoundingClientRect();
    const at = (event.clientX - box.left) * (this.width / box.width) - MARGIN.left;
    const last = this.steps.values.length - 1;
    const i = Math.round((at * last) / (this.width - MARGIN.left - MARGIN.right));
    return Math.max(0, Math.min(last, i));
  }

  draw() {
    if (!this.width || !this.curves) return;
    size(this.svg, this.width, HEIGHT);
    const line = (curve) => curve.map((chance, i) => `${this.#x(i)},${this.#y(chance)}`).join(" ");
    const others = this.curves.filter((_, i) => i !== this.share)
      .map((curve) => s("polyline", { class: "mg-seed mg-ink-mute", points: line(curve) }));
    const own = this.curves[this.share];
    const [x, y] = [this.#x(this.step), this.#y(own[this.step])];
    const colour = own[this.step] > 0.5 ? "proxy" : own[this.step] < 0.5 ? "goal" : "mute";
    const mark = s("circle", { class: `mg-here mg-ink-${colour}`, cx: x, cy: y, r: 6 });
    this.svg.replaceChildren(...this.#ground(), ...others,
      s("polyline", { class: "mg-mean mg-own-line", points: line(own) }),
      s("line", { class: "mg-cursor", x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - BELOW }), mark, this.#readout(x, y, own[this.step]));
  }

  #readout(x, y, chance) {
    const text = `${Math.round(100 * chance)} %`;
    const left = x > this.width - 80;
    return s("text", { class: "mg-word", x: left ? x - 11 : x + 11, y: Math.max(22, y - 8), "text-anchor": left ? "end" : "start" }, text);
  }

  #ground() {
    const [left, right] = [MARGIN.left, this.width - MARGIN.right];
    const half = (from, colour) => s("rect", {
      class: `mg-ink-${colour} mg-interval`, x: left, width: right - left, y: this.#y(from), height: this.#y(0.5) - this.#y(1),
    });
    const rules = [[1, "100 %"], [0.5, "50 %"], [0, "0 %"]].flatMap(([chance, text]) => [
      s("line", { class: "mg-rule", x1: left, x2: right, y1: this.#y(chance), y2: this.#y(chance) }),
      s("text", { x: left - 8, y: this.#y(chance) + 4, "text-anchor": "end" }, text),
    ]);
    return [half(1, "proxy"), half(0.5, "goal"), ...rules, ...this.#ticks(),
      s("text", { class: "mg-axis", x: left + 6, y: this.#y(1) + 14 }, "prefers right"),
      s("text", { class: "mg-axis", x: left + 6, y: this.#y(0) - 6 }, "prefers left, to the coin")];
  }

  #ticks() {
    const decades = this.steps.values.map((step, i) => [step, i]).filter(([step]) => /^10+$|^0$/.test(String(step)));
    return decades.flatMap(([, i]) => [
      s("line", { class: "mg-tickline", x1: this.#x(i), x2: this.#x(i), y1: HEIGHT - BELOW, y2: HEIGHT - BELOW + 4 }),
      middle(this.#x(i), HEIGHT - BELOW + 17, this.steps.labels[i]),
    ]);
  }
}
