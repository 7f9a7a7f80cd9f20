// The plane of weights: lines at which behaviour flips, dogs as points, trainings as paths.

import { h, onWidth, s } from "../../explore/js/shared.js";
import { MARKS } from "../../explore/js/slider.js";
import { kindOf } from "./model.js";

const EDGES = { left: 42, right: 8, top: 8, bottom: 40 };
const TALLEST = 470; // pixels
const RADIUS = 3.6;
const ARROW = 40; // pixels
const NAMED = 110; // pixels that the name of a line may need beside it

/** The part of a polygon on which `side` is not negative. */
function clipped(corners, side) {
  return corners.flatMap((corner, i) => {
    const next = corners[(i + 1) % corners.length];
    const [here, there] = [side(corner), side(next)];
    const crossing = corner.map((x, k) => x + ((next[k] - x) * here) / (here - there));
    return [...(here >= 0 ? [corner] : []), ...(here >= 0 !== there >= 0 ? [crossing] : [])];
  });
}

const dot = ([a, b], [x, y]) => a * x + b * y;

export class WeightPlane {
  /** `table` is that of `plane_table`. */
  constructor(table) {
    this.table = table;
    this.logit = Math.log(table.reliable / (1 - table.reliable));
    const { voice: [left, right], lips: [low, high] } = table;
    this.corners = [[left, low], [right, low], [right, high], [left, high]];
    this.ground = s("g", {});
    this.moving = s("g", {});
    this.svg = s("svg", { role: "img", class: "mg-chart mg-weights" }, this.ground, this.moving);
    this.element = h("div", { class: "mg-plot" }, this.svg);
    this.legend = h("ul", { class: "mg-legend mg-kinds mg-told" });
    this.unwatch = onWidth(this.element, (width) => this.#resize(width));
  }

  /**
   * Show dogs for a test, by its number: `dogs` are points; `paths` are thin, `own` is the path of
   * one dog, who stands at its end; `push` is a direction from there.
   */
  show(shown, alt) {
    this.svg.setAttribute("aria-label", alt);
    if (shown.test !== this.shown?.test) this.#list(shown);
    this.shown = shown;
    this.#draw();
  }

  // ----------------------------------------------------------------------------- geometry

  #resize(width) {
    const { voice, lips } = this.table;
    const [across, up] = [voice[1] - voice[0], lips[1] - lips[0]];
    const [wide, high] = [width - EDGES.left - EDGES.right, TALLEST - EDGES.top - EDGES.bottom];
    this.unit = Math.min(wide / across, high / up); // the same on both axes, so that angles are true
    this.size = [EDGES.left + across * this.unit + EDGES.right, EDGES.top + up * this.unit + EDGES.bottom];
    const [w, t] = this.size;
    Object.entries({ viewBox: `0 0 ${w} ${t}`, width: w, height: t }).forEach(([name, value]) => this.svg.setAttribute(name, value));
    this.#draw();
  }

  #place([voice, lips]) {
    const { voice: [left, right], lips: [low, high] } = this.table;
    const [x, y] = [Math.min(right, Math.max(left, voice)), Math.min(high, Math.max(low, lips))];
    return [EDGES.left + (x - left) * this.unit, EDGES.top + (high - y) * this.unit];
  }

  #points(places) {
    return places.map((place) => this.#place(place).map((x) => x.toFixed(1)).join(" ")).join(" ");
  }

  // ------------------------------------------------------------------------------ picture

  #draw() {
    if (!this.unit || !this.shown) return;
    const key = `${this.size} ${this.shown.test}`;
    if (key !== this.drawn) this.ground.replaceChildren(...this.#zones(), ...this.#axes(), ...this.table.tests.map((_, i) => this.#line(i)));
    this.drawn = key;
    const { dogs = [], paths = [], own } = this.shown;
    this.moving.replaceChildren(
      ...paths.map((path) => s("polyline", { class: "mg-seed mg-ink-mute", points: this.#points(path) })),
      ...dogs.map((weights) => this.#dog(weights)), ...this.#own(own));
  }

  #zones() {
    const { kinds, tests } = this.table;
    const { cues, zones } = tests[this.shown.test];
    return zones.map((kind, i) => {
      const sign = i === 0 ? 1 : -1;
      const corners = clipped(this.corners, (corner) => sign * dot(cues, corner) - this.logit);
      return s("polygon", { class: `mg-ink-${kinds[kind].colour} mg-interval`, points: this.#points(corners) });
    });
  }

  #axes() {
    const { ticks, voice, lips, voiceLabel, lipsLabel } = this.table;
    const [[left, bottom], [right, top]] = [this.#place([voice[0], lips[0]]), this.#place([voice[1], lips[1]])];
    const within = ([low, high]) => ticks.filter((tick) => tick >= low && tick <= high);
    const written = (tick) => `${tick}`.replace("-", "−");
    const text = (x, y, anchor, words, more = {}) => s("text", { x, y, "text-anchor": anchor, ...more }, words);
    const middle = (top + bottom) / 2;
    return [
      s("rect", { class: "mg-box", x: left, y: top, width: right - left, height: bottom - top }),
      ...within(voice).map((tick) => text(this.#place([tick, 0])[0], bottom + 15, "middle", written(tick))),
      ...within(lips).map((tick) => text(left - 5, this.#place([0, tick])[1] + 4, "end", written(tick))),
      text((left + right) / 2, bottom + 34, "middle", voiceLabel, { class: "mg-of-voice" }),
      text(11, middle, "middle", lipsLabel, { class: "mg-of-lips", transform: `rotate(-90 11 ${middle})` }),
    ];
  }

  /** The line of a test through the origin, and its name at the end that is further up or right. */
  #line(i) {
    const { cues: [a, b], line } = this.table.tests[i];
    const { voice, lips } = this.table;
    const way = b > 0 ? [b, -a] : [-b, a]; // to the right, or upwards
    const reach = (sign) => Math.min(...[voice, lips].map((range, k) =>
      way[k] ? range[sign * way[k] > 0 ? 1 : 0] / (sign * way[k]) : Infinity));
    const [from, to] = [-1, 1].map((sign) => this.#place(way.map((x) => sign * reach(sign) * x)));
    return s("g", { class: i === this.shown.test ? "mg-flip mg-chosen" : "mg-flip" },
      s("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }), this.#name(i, to));
  }

  /** The name of a line beside its end; that of a slanting one keeps clear of the others. */
  #name(i, [x, y]) {
    const { cues: [a, b], line } = this.table.tests[i];
    const slope = a ? -Math.sign(b) : 0; // on the page: 1 rises to the right
    const isNarrow = x > this.size[0] - NAMED;
    const down = slope > 0 ? 31 : b ? -7 : 15;
    const aside = isNarrow ? -5 - (slope > 0 ? 31 : slope < 0 ? 13 : 0) : 6;
    return s("text", { x: x + aside, y: y + down, "text-anchor": isNarrow ? "end" : "start" }, line);
  }

  #dog(weights) {
    const { kinds, tests, reliable } = this.table;
    const { mark, colour } = kinds[kindOf(weights, tests[this.shown.test].cues, reliable)];
    return s("g", { class: colour ? `mg-dog mg-ink-${colour}` : "mg-dog mg-hollow" }, MARKS[mark](...this.#place(weights), RADIUS));
  }

  #own(path) {
    if (!path) return [];
    const [x, y] = this.#place(path.at(-1));
    return [s("polyline", { class: "mg-mean mg-ownpath", points: this.#points(path) }),
      s("g", { class: "mg-ownstart" }, MARKS.circle(...this.#place(path[0]), 4)),
      this.shown.push ? this.#push([x, y]) : "",
      s("g", { class: "mg-here mg-owndog" }, MARKS.diamond(x, y, 7))];
  }

  #push([x, y]) {
    const [right, up] = this.shown.push;
    const length = Math.hypot(right, up);
    const [dx, dy] = [right / length, -up / length];
    const [tx, ty] = [x + ARROW * dx, y + ARROW * dy];
    const head = [[-7, -4], [0, 0], [-7, 4]].map(([along, aside]) =>
      [tx + along * dx - aside * dy, ty + along * dy + aside * dx].map((at) => at.toFixed(1)).join(" "));
    return s("path", { class: "mg-push", d: `M${x.toFixed(1)} ${y.toFixed(1)}L${tx.toFixed(1)} ${ty.toFixed(1)}M${head.join("L")}` });
  }

  // ------------------------------------------------------------------------------- legend

  #list({ test, dogs, listed = [] }) {
    const { kinds, tests, beyond } = this.table;
    const { zones } = tests[test];
    const entry = (shape, classes, words) => h("li", {},
      s("svg", { class: `mg-mark ${classes}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, shape), h("span", { class: "mg-name" }, words));
    const inkOf = ({ colour }) => (colour ? `mg-ink-${colour}` : "mg-hollow");
    const dots = dogs ? [...zones, kinds.length - 1].map((i) => entry(MARKS[kinds[i].mark](8, 8, 5), inkOf(kinds[i]), kinds[i].label)) : [];
    const tints = zones.map((i) => entry(LISTED.zone(), inkOf(kinds[i]), `${kinds[i].label}${beyond}`));
    this.legend.replaceChildren(...(dogs ? dots : tints), ...listed.map(({ shape, words }) => entry(LISTED[shape](), "", words)));
  }

  stop() {
    this.unwatch();
  }
}

/** What else the legend draws. */
const LISTED = {
  zone: () => s("rect", { class: "mg-zone", x: 1, y: 1, width: 14, height: 14 }),
  dog: () => s("g", { class: "mg-owndog" }, MARKS.diamond(8, 8, 5)),
  push: () => s("path", { class: "mg-push", d: "M2 14L13 3M7 3H13V9" }),
  others: () => s("path", { class: "mg-seed mg-ink-mute", d: "M1 13L15 3" }),
};
