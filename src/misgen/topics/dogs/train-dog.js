// Train a dog by hand: it hears a command and acts, and the reader says "good dog" or nothing.

import { announcer, Choices, frame, h, plain, prefersStill, readArrays, sentence, sourceLine } from "../../explore/js/shared.js";
import { controlOf } from "../../explore/js/controls.js";
import { courseOf, expanded, isPraise, meanStep, shortened, summary } from "./model.js";
import { Scene } from "./scene.js";
import { WeightPlane } from "./weight-plane.js";

const WALK_MS = 900; // of a path that the trainer goes, however long
const KEYS = { g: "g", G: "g", ArrowUp: "g", " ": "n", ArrowRight: "n" };

/** Text with its {words} filled in. */
const filled = (template, words) => template.replace(/\{(\w+)\}/g, (_, name) => words[name]);

const signed = (number) => `${number < 0 ? "−" : "+"}${Math.abs(number).toFixed(3)}`;

class DogChoices extends Choices {
  /** The only allowed praise is that of the reader so far; an address may bring another one. */
  read() {
    const wanted = this.model.get("state")?.praise;
    if (isPraise(wanted, this.model.get("table").commands)) this.allowed.praise = [wanted];
    super.read();
  }

  praise(letters) {
    this.allowed.praise = [shortened(letters)];
    this.choose("praise", 0);
  }

  /** With other commands, or another dog, training starts over. */
  choose(name, index) {
    if (name !== "praise") this.allowed.praise = [""];
    super.choose(name, index);
  }
}

class TrainDogExplorer {
  constructor(model, el) {
    const table = (this.table = model.get("table"));
    this.arrays = readArrays(model);
    const { control, seeds } = table;
    const others = [{ name: "seed", values: seeds }, { name: "praise", values: [""] }];
    this.choices = new DogChoices(model, [control, ...others], () => this.update());
    this.apart = table.plane.tests.findIndex(({ name }) => name === "apart");
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    this.live = announcer();
    this.scene = new Scene(table);
    this.plane = new WeightPlane(table.plane);
    this.control = controlOf(table.control, choices, () => {});
    this.count = h("p", { class: "mg-story" });
    this.say = h("p", { class: "mg-say" });
    this.step = h("p", { class: "mg-story" });
    this.source = sourceLine(table.source, model);
    this.area = h("div", {
      class: "mg-player", role: "group", tabindex: "0", "aria-label": table.help,
      onkeydown: (event) => this.#key(event),
    }, this.scene.element, ...this.#buttons());
    el.append(frame(table.title, table.subtitle,
      h("div", { class: "mg-training" },
        h("div", {}, this.area, this.count, this.control.element),
        h("div", {}, this.plane.element, this.plane.legend)),
      this.say, this.step, this.source.element, this.live.element));
  }

  #buttons() {
    const { buttons, paces, seeds } = this.table;
    const button = (text, onclick, classes = "mg-button") => h("button", { type: "button", class: classes, onclick }, text);
    this.judges = ["g", "n"].map((letter) => button(buttons[letter], () => this.#judge(letter)));
    this.paces = paces.map((count) => button(filled(buttons.trainer, { count }), () => this.#letTrain(count)));
    const startAs = (step) => this.choices.choose("seed", (this.choices.indices.seed + step) % seeds.length);
    this.again = button(buttons.again, () => startAs(0));
    const other = button(buttons.other, () => startAs(1));
    return [h("div", { class: "mg-judge" }, ...this.judges),
      h("div", { class: "mg-buttons mg-tools" }, ...this.paces, this.again, other)];
  }

  // --------------------------------------------------------------------------- the reader

  get letters() {
    return expanded(this.choices.values().praise);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const letter = KEYS[event.key];
    if (!letter || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault(); // the page would scroll
    this.#judge(letter);
  }

  #judge(letter) {
    if (this.course.next) this.choices.praise(this.letters + letter);
  }

  #letTrain(count) {
    const { letters } = this;
    this.choices.praise(letters + "t".repeat(Math.min(count, this.table.commands - letters.length)));
  }

  // ------------------------------------------------------------------------------ showing

  update() {
    const { table, choices, letters } = this;
    const { seed, [table.control.name]: share } = choices.indices;
    const before = this.course?.path;
    this.course = courseOf(table, this.arrays, { seed, share, letters });
    this.push = meanStep(this.course.path.at(-1), table.control.values[share] / 100);
    this.control.refresh();
    this.#enable();
    const heard = this.course.path.length - (before?.length ?? 0);
    this.#tell(heard === 1);
    const isLonger = heard > 1 && this.course.path[0] === before?.[0];
    this.#walk(isLonger ? before.length : this.course.path.length);
  }

  /** A button that is of no use any more hands its focus on. */
  #enable() {
    const focused = [...this.judges, ...this.paces, this.again].find((button) => button.matches(":focus"));
    for (const button of [...this.judges, ...this.paces]) button.disabled = !this.course.next;
    this.again.disabled = !this.letters.length;
    if (focused?.disabled) this.area.focus({ preventScroll: true });
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
  #tell(isSingle) {
    const { table, course } = this;
    const said = summary(table, course);
    const scene = this.#command();
    this.count.textContent = filled(table.counted, { count: course.path.length - 1, praised: course.praised, apart: course.apart });
    this.step.textContent = course.last ? this.#lastStep() : table.before;
    this.say.replaceChildren(...sentence(said));
    this.live.say(isSingle ? scene : `${scene} ${plain(said)}`);
  }

  #command() {
    const { table, course } = this;
    const shown = course.next ?? course.last;
    const [voice, lips] = shown.cues.map((cue) => table.words[cue > 0 ? "sit" : "stand"]);
    const scene = course.next
      ? filled(table.scene, { voice, lips, does: table.does[shown.action] })
      : table.over;
    this.scene.show(shown, scene);
    return scene;
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
    for (const part of [this.choices, this.live, this.source, this.plane, this.control]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new TrainDogExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
