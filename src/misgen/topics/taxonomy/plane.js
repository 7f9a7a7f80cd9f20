// The plane of capability and goal: every agent is a point, which Tab reaches once and arrows move.

import { h, onWidth, s } from "../../explore/js/shared.js";
import { MARKS } from "../../explore/js/slider.js";

const EDGES = { left: 50, right: 22, top: 30, bottom: 42 };
const NONE_BELOW = 30; // pixels under the axis: agents without a goal index, if there are any
const RADIUS = 4.2;
const NEAR = 18; // pixels from a point that still mean it
const SAME_PLACE = 3; // pixels within which points hide each other
const MOVES = {
  ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity,
};

let planes = 0; // ids of points must differ between two maps on a page

export class Plane {
  /** `choose(agent)` and `preview(agent or null)` are called with numbers of agents. */
  constructor(table, { marks, names, choose, preview }) {
    Object.assign(this, { table, choose, preview });
    planes += 1;
    this.prefix = `mg-agent-${planes}-`;
    this.points = marks.map((mark, i) => s("g", {
      id: this.prefix + i, role: "option", "aria-selected": "false", class: "mg-point",
    }, MARKS[mark](0, 0, RADIUS)));
    this.names = names;
    this.axes = s("g", { "aria-hidden": "true" });
    this.ring = s("circle", { class: "mg-ring", r: 9, "aria-hidden": "true" });
    this.svg = s("svg", { class: "mg-chart", role: "none" }, this.axes, s("g", {}, ...this.points), this.ring);
    this.element = h("div", {
      class: "mg-plane", role: "listbox", tabindex: 0, "aria-label": "Agents on the plane",
      onkeydown: (event) => this.#key(event),
      onclick: (event) => this.#click(event),
      onpointermove: (event) => event.pointerType === "mouse" && this.preview(this.#nearest(event)[0] ?? null),
      onpointerleave: () => this.preview(null),
    }, this.svg);
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.#resize(); });
  }

  // ----------------------------------------------------------------------------- geometry

  #resize() {
    this.height = Math.round(Math.min(470, Math.max(330, this.width * 0.72)));
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.#drawAxes();
    if (this.shown) this.#place();
  }

  #x(share) {
    return EDGES.left + share * (this.width - EDGES.left - EDGES.right);
  }

  #y(share) {
    const bottom = this.height - EDGES.bottom - (this.table.anyNone ? NONE_BELOW : 0);
    return Number.isNaN(share) ? bottom + NONE_BELOW : bottom - share * (bottom - EDGES.top);
  }

  #drawAxes() {
    const { ticks, half, corners } = this.table;
    const [left, right, bottom] = [this.#x(0), this.#x(1), this.#y(0)];
    const text = (x, y, words, anchor, more = {}) => s("text", { x, y, "text-anchor": anchor, ...more }, words);
    const middle = (EDGES.top + bottom) / 2;
    this.axes.replaceChildren(
      s("path", { class: "mg-frame", d: `M${left} ${EDGES.top}V${bottom}H${right}` }),
      s("path", { class: "mg-halves", d: `M${this.#x(half)} ${EDGES.top - 16}V${bottom}M${this.#x(half)} ${this.#y(half)}H${right}` }),
      ...ticks.flatMap(([at, words]) => [text(this.#x(at), bottom + 16, words, "middle"), text(left - 7, this.#y(at) + 4, words, "end")]),
      this.table.anyNone ? text(left - 7, bottom + NONE_BELOW + 4, "none", "end") : "",
      text((left + right) / 2, this.height - 6, "capability index", "middle"),
      text(11, middle, "goal index", "middle", { transform: `rotate(-90 11 ${middle})` }),
      ...corners.map((words, i) => text((this.#x(i * half) + this.#x((i + 1) * half)) / 2, EDGES.top - 12, words, "middle", { class: "mg-corner" })));
  }

  // ------------------------------------------------------------------------------- points

  /** Show these agents; `looks[i]` has capability, goal and scenario of agent i. */
  show(shown, looks, chosen) {
    const moved = looks !== this.looks;
    Object.assign(this, { shown, looks });
    const visible = new Set(shown);
    this.points.forEach((point, i) => { point.style.display = visible.has(i) ? "" : "none"; });
    if (moved) this.points.forEach((point, i) => this.#dress(point, i));
    if (moved && this.width) this.#place();
    this.mark(chosen);
  }

  #dress(point, i) {
    point.setAttribute("class", `mg-point mg-point-${this.looks[i].scenario}`);
    point.setAttribute("aria-label", this.names(i));
  }

  #place() {
    this.at = this.looks.map(({ capability, goal }) => [this.#x(capability), this.#y(goal)]);
    this.at.forEach(([x, y], i) => {
      if (!Number.isNaN(x)) this.points[i].setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    });
    this.#ringAt(this.chosen);
  }

  mark(chosen) {
    this.points[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = chosen;
    if (chosen === undefined) this.element.removeAttribute("aria-activedescendant");
    else {
      this.points[chosen].setAttribute("aria-selected", "true");
      this.element.setAttribute("aria-activedescendant", this.prefix + chosen);
    }
    this.#ringAt(chosen);
  }

  /** Ring a point for a look, without choosing it. */
  ringFor(i) {
    this.#ringAt(i ?? this.chosen);
  }

  #ringAt(i) {
    const [x, y] = this.at?.[i] ?? [NaN, NaN]; // nobody is there, or was not measured so
    this.ring.style.display = Number.isNaN(x) ? "none" : "";
    if (!Number.isNaN(x)) this.ring.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  }

  // -------------------------------------------------------------- pointing and the keyboard

  /** The agents at the point nearest to a pointer: those that hide each other, in their order. */
  #nearest(event) {
    const box = this.svg.getBoundingClientRect();
    const scale = this.width / box.width;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    const away = ([px, py], [qx, qy]) => Math.hypot(px - qx, py - qy);
    const found = this.shown.map((i) => [away(this.at[i], [x, y]), i, this.at[i]]).sort((a, b) => a[0] - b[0]);
    if (!found.length || found[0][0] > NEAR) return [];
    return found.filter(([, , at]) => away(at, found[0][2]) <= SAME_PLACE).map(([, i]) => i).sort((a, b) => a - b);
  }

  #click(event) {
    const here = this.#nearest(event);
    if (here.length) this.choose(here[(here.indexOf(this.chosen) + 1) % here.length]);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.shown.length) return;
    const step = MOVES[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = this.shown.indexOf(this.chosen) + step;
    this.choose(this.shown[Math.min(this.shown.length - 1, Math.max(0, to))]);
  }

  stop() {
    this.unwatch();
  }
}
