// A run against time: rewards as a line over the forests by their number of trees.

import { h, onWidth, s } from "../../explore/js/shared.js";

const [TOP, BOTTOM, SIDE] = [26, 40, 46];

function greenBox(opacity) {
  const box = s("rect", { class: "mg-greens", x: 1, y: 1, width: 14, height: 14, rx: 2, "fill-opacity": opacity });
  return s("svg", { class: "mg-key mg-square", viewBox: "0 0 16 16", "aria-hidden": "true" }, box);
}

function rewardKey() {
  const line = s("path", { class: "mg-mean", d: "M1 8H27" });
  return s("svg", { class: "mg-key mg-ink-goal", viewBox: "0 0 28 16", "aria-hidden": "true" }, line);
}

export class RunChart {
  /** `choose(i)` is called with the span of time at which the reader points. */
  constructor(table, arrays, choose) {
    Object.assign(this, { table, arrays, choose });
    this.count = arrays.reward.shape[1];
    this.svg = s("svg", { role: "img", class: "mg-chart" });
    this.element = h("div", { class: "mg-plot" }, this.svg);
    this.legend = h("ul", { class: "mg-legend mg-kinds" },
      h("li", {}, rewardKey(), h("span", { class: "mg-name" }, "reward per step")),
      ...table.groups.map(([text, opacity]) => h("li", {}, greenBox(opacity), h("span", { class: "mg-name" }, text))));
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.#draw(); });
  }

  /** Show a film at a span of time; `words` say what is seen there. */
  show(film, time, words) {
    const moved = film !== this.film;
    Object.assign(this, { film, time });
    this.svg.setAttribute("aria-label", words);
    if (!this.width) return;
    if (moved) this.#draw();
    else this.#mark();
  }

  #x(i) {
    return this.#across(this.table.places[i]);
  }

  #across(share) {
    return SIDE + share * (this.width - 2 * SIDE);
  }

  #y(share) {
    return this.height - BOTTOM - share * (this.height - BOTTOM - TOP);
  }

  #draw() {
    if (this.film === undefined) return;
    this.height = Math.round(Math.max(200, Math.min(270, this.width * 0.5)));
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("height", this.height);
    this.marker = s("g", {});
    const target = s("rect", {
      class: "mg-target mg-drag", x: 0, y: 0, width: "100%", height: "100%",
      onclick: (event) => this.#point(event), onpointermove: (event) => { if (event.buttons) this.#point(event); },
    });
    this.svg.replaceChildren(...this.#areas(), ...this.#axes(), this.#line(), this.marker, target);
    this.#mark();
  }

  #areas() {
    const groups = this.table.groups.length;
    const spans = Array.from({ length: this.count }, (_, i) => i);
    const edge = (i, k) => (k < 0 ? 0 : this.arrays.groups[(this.film * this.count + i) * groups + k]);
    const row = (k) => spans.map((i) => `${this.#x(i).toFixed(1)} ${this.#y(edge(i, k)).toFixed(1)}`);
    return this.table.groups.map(([, opacity], k) => s("polygon", {
      class: "mg-greens", "fill-opacity": opacity, points: [...row(k), ...row(k - 1).reverse()].join(" "),
    }));
  }

  #line() {
    const points = Array.from({ length: this.count }, (_, i) => `${this.#x(i).toFixed(1)} ${this.#y(this.#reward(i)).toFixed(1)}`);
    return s("g", { class: "mg-ink-goal" },
      s("polyline", { class: "mg-under", points: points.join(" ") }),
      s("polyline", { class: "mg-mean", points: points.join(" ") }));
  }

  #reward(i) {
    return this.arrays.reward[this.film * this.count + i];
  }

  #axes() {
    const { rewardTop, rewardTicks } = this.table;
    const [left, right, foot] = [SIDE, this.width - SIDE, this.#y(0)];
    const text = (x, y, anchor, words) => s("text", { x, y, "text-anchor": anchor }, words);
    const rewards = rewardTicks.map((value) => text(left - 8, this.#y(value / rewardTop) + 4, "end", String(value)));
    const shares = [0, 0.5, 1].map((share) => text(right + 8, this.#y(share) + 4, "start", `${100 * share} %`));
    const steps = this.table.steps.map(([place, words]) => text(this.#across(place), foot + 17, "middle", words));
    return [
      ...rewards, ...shares, ...steps,
      s("line", { class: "mg-rule", x1: left, x2: right, y1: foot, y2: foot }),
      text(2, 12, "start", "reward per step"), text(this.width - 2, 12, "end", "share of forests"),
      text((left + right) / 2, this.height - 4, "middle", "steps of each forest, logarithmic"),
    ];
  }

  #mark() {
    const x = this.#x(this.time);
    this.marker.replaceChildren(
      s("line", { class: "mg-cursor", x1: x, x2: x, y1: TOP - 6, y2: this.#y(0) }),
      s("g", { class: "mg-here mg-ink-goal" }, s("circle", { cx: x, cy: this.#y(this.#reward(this.time)), r: 5 })));
  }

  #point(event) {
    const share = (event.clientX - this.svg.getBoundingClientRect().left - SIDE) / (this.width - 2 * SIDE);
    const distance = this.table.places.map((place) => Math.abs(place - share));
    this.choose(distance.indexOf(Math.min(...distance)));
  }

  stop() {
    this.unwatch();
  }
}

const [BAR_TOP, BAR_FOOT, BAR_HEIGHT] = [8, 18, 96];

/** How likely the frozen agent chops, standing beside a tree, for each number of trees. */
export class ChopProfile {
  constructor(arrays) {
    this.chops = arrays.chops;
    this.count = arrays.chops.shape.at(-1);
    this.svg = s("svg", { role: "img", class: "mg-chart" });
    this.element = h("div", { class: "mg-profile" },
      h("p", { class: "mg-heading" }, "Standing beside a tree it chops with this probability, by the number of trees left"),
      this.svg);
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.#draw(); });
  }

  /** Show a frozen agent by its number, and mark a number of trees. */
  show(agent, trees) {
    this.trees = trees;
    this.values = Array.from(this.chops.subarray(agent * this.count, (agent + 1) * this.count));
    const words = this.values.map((value, i) => `${i + 1}: ${value.toFixed(2)}`);
    this.svg.setAttribute("aria-label", `Probability of chopping beside a tree by the number of trees. ${words.join(", ")}.`);
    this.#draw();
  }

  #draw() {
    if (!this.width || !this.values) return;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${BAR_HEIGHT}`);
    this.svg.setAttribute("height", BAR_HEIGHT);
    const [left, foot] = [30, BAR_HEIGHT - BAR_FOOT];
    const slot = (this.width - left) / this.count;
    const y = (share) => foot - share * (foot - BAR_TOP);
    const rules = [0, 0.5, 1].flatMap((share) => [
      s("line", { class: "mg-rule", x1: left, x2: this.width, y1: y(share), y2: y(share) }),
      s("text", { x: left - 6, y: y(share) + 4, "text-anchor": "end" }, String(share)),
    ]);
    const bars = this.values.flatMap((value, i) => {
      const on = i + 1 === this.trees ? " mg-on" : "";
      return [
        s("rect", { class: `mg-chop${on}`, x: left + (i + 0.18) * slot, width: 0.64 * slot, y: y(value), height: foot - y(value) }),
        s("text", { class: on.trim(), x: left + (i + 0.5) * slot, y: BAR_HEIGHT - 4, "text-anchor": "middle" }, String(i + 1)),
      ];
    });
    this.svg.replaceChildren(...rules, ...bars);
  }

  stop() {
    this.unwatch();
  }
}
