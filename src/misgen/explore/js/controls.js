// The controls of a panel: a slider with ticks and a play button, a list, a switch.

import { h, icon, labelsOf, onWidth, prefersStill, selector } from "./shared.js";
import { Dial, MARGIN } from "./slider.js";

const TICK_GAP = 14; // pixels between the labels of two ticks
const PASS_MS = 8000; // from the first value to the last
const [FASTEST_MS, SLOWEST_MS] = [90, 700]; // at each value

/** Show only as many labels as fit beside each other; a long first or last one stays in the card. */
function thinOut(ticks, width) {
  const steps = ticks.length - 1;
  const widest = Math.max(...ticks.map((tick) => tick.offsetWidth));
  const fitting = Math.ceil((widest + TICK_GAP) / (width / steps));
  const even = [fitting, fitting + 1, fitting + 2].find((stride) => steps % stride === 0);
  const every = even ?? fitting; // the last value has a label too, where that costs little
  ticks.forEach((tick, i) => tick.classList.toggle("mg-thin", i % every !== 0));
  const [first, last] = [ticks[0], ticks.at(-1)];
  first.style.marginLeft = `${Math.max(0, first.offsetWidth / 2 - MARGIN.right)}px`;
  last.style.marginLeft = `${Math.min(0, MARGIN.right - last.offsetWidth / 2)}px`;
}

/** Moves a slider from value to value; where less motion is wanted, one value at a press. */
class Tour {
  constructor(size, { where, go, onstop }) {
    Object.assign(this, { size, where, go, onstop });
    this.pace = Math.min(SLOWEST_MS, Math.max(FASTEST_MS, PASS_MS / size));
    this.button = h("button", { type: "button", class: "mg-button mg-play", onclick: () => this.press() });
    this.#label();
  }

  get playing() {
    return this.timer !== undefined;
  }

  press() {
    if (this.playing) this.pause();
    else if (prefersStill()) this.go((this.where() + 1) % this.size);
    else this.#start();
  }

  #start() {
    const first = this.where() === this.size - 1 ? 0 : this.where() + 1;
    this.timer = setTimeout(() => this.#next(), this.pace);
    this.#label();
    this.go(first);
  }

  #next() {
    if (this.where() === this.size - 1) this.pause();
    else {
      this.timer = setTimeout(() => this.#next(), this.pace);
      this.go(this.where() + 1);
    }
  }

  pause() {
    if (!this.playing) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.#label();
    this.onstop();
  }

  #label() {
    const [name, text] = this.playing ? ["pause", "Pause"] : prefersStill() ? ["step", "Next"] : ["play", "Play"];
    this.button.replaceChildren(icon(name), h("span", {}, text));
  }

  stop() {
    clearTimeout(this.timer);
  }
}

class Slider extends Dial {
  constructor(control, choices, onstop) {
    super(control, (i) => { this.tour?.pause(); choices.choose(control.name, i); });
    this.element.classList.add("mg-slider");
    this.unwatch = onWidth(this.ticks, (width) => { this.width = width; this.#thinOut(); });
    if (control.playable) this.#addTour(control, choices, onstop);
    this.refresh = () => {
      const labels = labelsOf(control, choices.indices);
      if (labels !== this.labels) {
        this.rename(labels);
        this.#thinOut();
      }
      this.update(choices.indices[control.name]);
    };
  }

  #thinOut() {
    if (this.width) thinOut([...this.ticks.children], this.width);
  }

  #addTour(control, choices, onstop) {
    const where = () => choices.indices[control.name];
    const go = (i) => choices.choose(control.name, i);
    this.tour = new Tour(control.values.length, { where, go, onstop });
    this.element.firstElementChild.append(this.tour.button);
  }

  stop() {
    this.unwatch();
    this.tour?.stop();
  }
}

class Switch {
  constructor(control, choices) {
    const onchange = () => choices.choose(control.name, Number(this.input.checked));
    this.input = h("input", { type: "checkbox", role: "switch", onchange });
    this.element = h("label", { class: "mg-switch" }, this.input, h("span", {}, control.label));
    this.refresh = () => { this.input.checked = choices.indices[control.name] === 1; };
  }

  stop() {}
}

class Choice {
  constructor(control, choices) {
    const { element, update } = selector(choices, control.name, control.label, control.labels, control.next || null);
    this.element = element;
    this.refresh = update;
  }

  stop() {}
}

const KINDS = { slider: Slider, choice: Choice, switch: Switch };

/** Create a control; `onstop` is called when its playing ends. */
export function controlOf(control, choices, onstop) {
  return new KINDS[control.kind](control, choices, onstop);
}
