// Play, pause, step, restart and speed, for one stage or for several in step.

import { h, icon, prefersStill } from "./shared.js";

const STEPS_PER_SECOND = 5;
const SPEEDS = [["½×", 0.5], ["1×", 1], ["2×", 2], ["4×", 4]];
const NORMAL_SPEED = 1;

function button(name, text, onclick) {
  const label = h("span", {}, text);
  return h("button", { type: "button", class: "mg-button", onclick }, icon(name), label);
}

/** Controls of a replay. `element` is the bar; put it, and the stages, into `area`. */
export class Player {
  /**
   * `onend` is called when the reader reaches the last step, by playing or by hand; `onstep`
   * with the step at which the reader stops, -1 for the last.
   */
  constructor(stages, { onend = () => {}, onstep = () => {} } = {}) {
    this.stages = stages;
    Object.assign(this, { onend, onstep });
    this.t = 0;
    this.speed = 1;
    this.#build();
  }

  #build() {
    this.playButton = button("play", "Play", () => this.toggle());
    this.playButton.classList.add("mg-primary");
    this.position = h("input", {
      type: "range", class: "mg-position", min: 0, step: 1, "aria-label": "Step of the replay",
      oninput: () => this.seek(Number(this.position.value)),
    });
    this.readout = h("output", { class: "mg-readout" });
    this.buttons = [
      this.playButton,
      button("step", "Step", () => this.seek(Math.floor(this.t + 1) % (this.steps + 1))),
      button("restart", "Restart", () => this.seek(0)),
    ];
    this.element = h("div", { class: "mg-bar" },
      h("div", { class: "mg-buttons" }, ...this.buttons),
      h("div", { class: "mg-scrub" }, this.position, this.readout, this.#speedField()));
    this.area = h("div", {
      class: "mg-player", role: "group", tabindex: "0",
      "aria-label": "Replay. Press space to play or pause.", onkeydown: (event) => this.#key(event),
    }, ...this.stages.map((stage) => stage.element), this.element);
  }

  #speedField() {
    const options = SPEEDS.map(([text], i) => h("option", { selected: i === NORMAL_SPEED }, text));
    const onchange = () => { this.speed = SPEEDS[select.selectedIndex][1]; };
    const select = h("select", { onchange }, ...options);
    return h("label", { class: "mg-field mg-speed" }, h("span", {}, "Speed"), select);
  }

  #key(event) {
    if (event.key !== " " || event.target.matches("button, select, [role=switch]")) return;
    event.preventDefault(); // the page would scroll
    this.toggle();
  }

  /** Show new replays, one for each stage, at a step; -1 is the last. */
  load(replays, alts, { at = -1, suspense = false, captions = [] } = {}) {
    this.pause();
    this.replays = replays;
    this.stages.forEach((stage, i) => 
      stage.show(replays[i], alts[i], { suspense, caption: captions[i] }));
    this.steps = Math.max(...replays.map((replay) => replay.steps));
    this.position.max = this.steps;
    for (const control of [...this.buttons, this.position]) control.disabled = this.steps === 0;
    this.#show(at < 0 ? this.steps : Math.min(at, this.steps));
  }

  /** Go to a step, as the reader asked, and stop there. */
  seek(step) {
    this.pause();
    this.#show(step);
    this.onstep(step >= this.steps ? -1 : step);
    if (step >= this.steps) this.onend();
  }

  #show(t) {
    this.t = t;
    this.stages.forEach((stage) => stage.draw(t));
    const step = Math.floor(t);
    if (step === this.shownStep && this.shownSteps === this.steps) return;
    [this.shownStep, this.shownSteps] = [step, this.steps];
    this.position.value = step;
    this.readout.textContent = `step ${step} of ${this.steps}`;
    this.position.setAttribute("aria-valuetext", this.readout.textContent);
  }

  get playing() {
    return this.timer !== undefined;
  }

  toggle() {
    if (!this.playing) this.play();
    else this.seek(Math.floor(this.t));
  }

  /** Play from here, or from the start if this is the end. */
  play() {
    this.pause();
    if (this.t >= this.steps) this.#show(0);
    this.#label("pause", "Pause");
    this.last = performance.now();
    this.#next();
  }

  #next() {
    this.timer = requestAnimationFrame((now) => {
      const t = this.t + (Math.max(0, now - this.last) / 1000) * STEPS_PER_SECOND * this.speed;
      // Less motion: whole steps, nothing slides.
      if (!prefersStill() || Math.floor(t) > this.t) {
        this.#show(Math.min(prefersStill() ? Math.floor(t) : t, this.steps));
        this.last = now;
      }
      if (this.t >= this.steps) this.#end();
      else this.#next();
    });
  }

  #end() {
    this.seek(this.steps);
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.timer);
    this.timer = undefined;
    this.#label("play", "Play");
  }

  #label(name, text) {
    this.playButton.replaceChildren(icon(name), h("span", {}, text));
  }

  stop() {
    this.pause();
    this.stages.forEach((stage) => stage.stop());
  }
}
