// Train a dog by hand, with its weights in view.

import { h, plain, prefersStill, sentence } from "../../explore/js/shared.js";
import { controlOf } from "../../explore/js/controls.js";
import { DogInHand, filled } from "./hand.js";
import { meanStep, summary } from "./model.js";
import { WeightPlane } from "./weight-plane.js";

const WALK_MS = 900; // of a path that the trainer goes, however long

const signed = (number) => `${number < 0 ? "−" : "+"}${Math.abs(number).toFixed(3)}`;

class TrainDogExplorer extends DogInHand {
  constructor(model, el) {
    const { control, plane } = model.get("table");
    super(model, [control]);
    this.apart = plane.tests.findIndex(({ name }) => name === "apart");
    this.plane = new WeightPlane(plane);
    this.control = controlOf(control, this.choices, () => {});
    this.count = h("p", { class: "mg-story" });
    this.step = h("p", { class: "mg-story" });
    this.start(el,
      h("div", { class: "mg-training" },
        h("div", {}, this.area, this.count, this.control.element),
        h("div", {}, this.plane.element, this.plane.legend)),
      this.say, this.step);
  }

  get share() {
    return this.choices.indices[this.table.control.name];
  }

  // ------------------------------------------------------------------------------ showing

  draw(before) {
    const { path } = this.course;
    this.push = meanStep(path.at(-1), this.table.control.values[this.share] / 100);
    this.control.refresh();
    const isLonger = path.length - (before?.length ?? 0) > 1 && path[0] === before?.[0];
    this.#walk(isLonger ? before.length : path.length);
  }

  /** Draw the path up to a dog's weights, and from there on to its end. */
  #walk(from) {
    cancelAnimationFrame(this.walking);
    const { length } = this.course.path;
    if (from === length || prefersStill()) return this.#draw(length);
    const began = performance.now();
    const next = (now) => {
      const share = Math.min(1, Math.max(0, now - began) / WALK_MS);
      this.#draw(from + Math.round(share * (length - from)));
      if (share < 1) this.walking = requestAnimationFrame(next);
    };
    this.walking = requestAnimationFrame(next);
  }

  #draw(length) {
    const { path } = this.course;
    const [voice, lips] = path.at(-1).map(signed);
    const push = length === path.length ? this.push : null;
    this.plane.show({ test: this.apart, own: path.slice(0, length), push, listed: this.table.listed },
      filled(this.table.pictured, { voice, lips, count: path.length - 1 }));
  }

  /** Say it all; a screen reader hears no summary after a single command. */
  tell(isSingle) {
    const { table, course } = this;
    const said = summary(table, course);
    const scene = this.command();
    this.count.textContent = filled(table.counted, { count: course.path.length - 1, praised: course.praised, apart: course.apart });
    this.step.textContent = course.last ? this.#lastStep() : table.before;
    this.say.replaceChildren(...sentence(said));
    this.live.say(isSingle ? scene : `${scene} ${plain(said)}`);
  }

  /** The last step of REINFORCE with its numbers. */
  #lastStep() {
    const { reward, baseline, action, sits } = this.course.last;
    const [before, after] = this.course.path.slice(-2);
    const [voice, lips] = after.map((weight, cue) => signed(weight - before[cue]));
    return filled(this.table.step, {
      rate: this.table.settings.rate, reward, usual: baseline.toFixed(2), action, sits: sits.toFixed(2), voice, lips,
    });
  }

  stop() {
    cancelAnimationFrame(this.walking);
    super.stop();
    for (const part of [this.plane, this.control]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new TrainDogExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
