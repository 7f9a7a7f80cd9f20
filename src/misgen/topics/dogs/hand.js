// A dog in the reader's hands: it hears a command and acts, and the reader says "good dog" or nothing.

import { announcer, Choices, frame, h, readArrays, sourceLine } from "../../explore/js/shared.js";
import { courseOf, expanded, isPraise, shortened } from "./model.js";
import { Scene } from "./scene.js";

const KEYS = { g: "g", G: "g", ArrowUp: "g", " ": "n", ArrowRight: "n" };

/** Text with its {words} filled in. */
export const filled = (template, words) => template.replace(/\{(\w+)\}/g, (_, name) => words[name]);

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

/** What all such dogs have in common; `tell(isSingle)` and `draw(before)` of a subclass show the rest. */
export class DogInHand {
  /** `controls` are those of the other choices. */
  constructor(model, controls) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    const own = [{ name: "seed", values: this.table.seeds }, { name: "praise", values: [""] }];
    this.choices = new DogChoices(model, [...controls, ...own], () => this.update());
    this.live = announcer();
    this.scene = new Scene(this.table);
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(this.table.source, model);
    this.area = h("div", {
      class: "mg-player", role: "group", tabindex: "0", "aria-label": this.table.help,
      onkeydown: (event) => this.#key(event),
    }, this.scene.element, ...this.#buttons());
  }

  /** Put the parts in their place, and show them. */
  start(el, ...parts) {
    const { title, subtitle } = this.table;
    el.append(frame(title, subtitle, ...parts, this.source.element, this.live.element));
    this.update();
    this.live.listen();
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

  /** The number of the share of commands apart. */
  get share() {
    return 0;
  }

  update() {
    const { letters, share } = this;
    const before = this.course?.path;
    this.course = courseOf(this.table, this.arrays, { seed: this.choices.indices.seed, share, letters });
    this.#enable();
    this.tell(this.course.path.length - (before?.length ?? 0) === 1);
    this.draw(before);
  }

  /** A button that is of no use any more hands its focus on. */
  #enable() {
    const focused = [...this.judges, ...this.paces, this.again].find((button) => button.matches(":focus"));
    for (const button of [...this.judges, ...this.paces]) button.disabled = !this.course.next;
    this.again.disabled = !this.letters.length;
    if (focused?.disabled) this.area.focus({ preventScroll: true });
  }

  /** Show the command that waits, or the last one, and return it in words. */
  command() {
    const { table, course } = this;
    const shown = course.next ?? course.last;
    const [voice, lips] = shown.cues.map((cue) => table.words[cue > 0 ? "sit" : "stand"]);
    const scene = course.next
      ? filled(table.scene, { voice, lips, does: table.does[shown.action] })
      : table.over;
    this.scene.show(shown, scene);
    return scene;
  }

  stop() {
    for (const part of [this.choices, this.live, this.source]) part.stop();
  }
}
