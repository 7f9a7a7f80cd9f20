// Shapes of dots, and the slider of an explorer.

import { h, s } from "./shared.js";

/** Pixels around a plot whose slider stands below it; explorer.css repeats left and right. */
export const MARGIN = { left: 52, right: 22, top: 10, bottom: 8 };

/** Shapes of dots, so that colour is never the only difference. */
export const MARKS = {
  circle: (x, y, r) => s("circle", { cx: x, cy: y, r }),
  square: (x, y, r) => s("rect", { x: x - r * 0.9, y: y - r * 0.9, width: r * 1.8, height: r * 1.8 }),
  triangle: (x, y, r) => s("path", { d: `M${x} ${y - r * 1.2}l${r * 1.15} ${r * 2}h${-r * 2.3}z` }),
  diamond: (x, y, r) => {
    const [w, t] = [1.2 * r, 1.35 * r];
    return s("path", { d: `M${x} ${y - t}l${w} ${t}l${-w} ${t}l${-w} ${-t}z` });
  },
};

/** "25 %" with a unit that a narrow page can leave out. */
function tickText(text) {
  const [, number, unit] = text.match(/^(.*?)(\s*%)?$/);
  return [number, unit ? h("span", {}, unit) : null];
}

/** A slider whose thumb moves under the chart's columns, with its values as ticks. */
export class Dial {
  /** `who` names one of several dials, all of which set `settings.label`. */
  constructor(settings, choose, who = "") {
    this.settings = settings;
    this.labels = settings.labels;
    const label = who ? `${who}: ${settings.label}` : settings.label;
    const last = settings.values.length - 1;
    this.output = h("output", {});
    this.input = h("input", {
      type: "range", min: 0, max: last, step: 1, "aria-label": label,
      oninput: () => choose(Number(this.input.value)),
    });
    // Ticks are for the eye and the finger; to the keyboard and a screen reader the slider is enough.
    const ticks = settings.labels.map((text, i) => h("span", {
      class: "mg-tick", style: `--mg-at:${last ? i / last : 0.5}`, onclick: () => choose(i),
    }, ...tickText(text)));
    this.ticks = h("div", { class: "mg-ticks", "aria-hidden": "true" }, ...ticks);
    this.element = h("div", { class: who ? "mg-dial mg-compact" : "mg-dial" },
      h("div", { class: "mg-dial-label" }, h("span", {}, who || label), this.output),
      h("div", { class: "mg-track" }, this.input, this.ticks));
  }

  rename(labels) {
    this.labels = labels;
    [...this.ticks.children].forEach((tick, i) => tick.replaceChildren(...tickText(labels[i]).filter(Boolean)));
  }

  update(index) {
    this.input.value = index;
    this.input.style.setProperty("--mg-filled", index / Math.max(1, this.settings.values.length - 1));
    this.output.textContent = this.labels[index];
    this.input.setAttribute("aria-valuetext", this.labels[index]);
    [...this.ticks.children].forEach((tick, i) => tick.classList.toggle("mg-on", i === index));
  }
}
