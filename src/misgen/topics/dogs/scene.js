// The owner, who speaks and whose lips move, and the dog.

import { h, s } from "../../explore/js/shared.js";
import { spriteOf } from "../../explore/js/cells.js";

const [WIDTH, HEIGHT] = [300, 150];
const DOG = "translate(196 38) scale(98)"; // from a tile
const MOUTHS = { sit: [15, 4.5], stand: [7.5, 11] }; // half axes of the mouth

const text = (x, y, words, classes) => s("text", { x, y, "text-anchor": "middle", class: classes }, words);

function face() {
  return s("g", {},
    s("path", { class: "mg-coat", d: "M14 150Q16 116 58 114Q100 116 102 150Z" }),
    s("circle", { class: "mg-skin", cx: 58, cy: 70, r: 42 }),
    s("path", { class: "mg-hair", d: "M16 70A42 42 0 0 1 100 70Q92 40 58 40T16 70Z" }),
    ...[43, 73].map((cx) => s("circle", { class: "mg-pupil", cx, cy: 66, r: 4 })));
}

export class Scene {
  /** `sprites` are the drawings of a dog that stands and of one that sits. */
  constructor({ sprites, words }) {
    this.words = words;
    this.dogs = ["stand", "sit"].map((word) => s("g", { transform: DOG }, spriteOf(sprites[word])));
    this.saying = s("g", {});
    this.svg = s("svg", { role: "img", class: "mg-scene", viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, face(), this.saying, ...this.dogs);
    this.element = h("div", { class: "mg-stage" }, this.svg);
  }

  /** Show a command, and what the dog does: 1 is to sit. */
  show({ cues, action }, alt) {
    const [voice, lips] = cues.map((cue) => (cue > 0 ? "sit" : "stand"));
    const [rx, ry] = MOUTHS[lips];
    this.svg.setAttribute("aria-label", alt);
    this.saying.replaceChildren( // new each time, so that the lips move once more
      s("path", { class: "mg-bubble", d: "M108 14H188A8 8 0 0 1 196 22V44A8 8 0 0 1 188 52H122L104 62L108 44V22Z" }),
      text(152, 39, `“${this.words[voice]}”`, "mg-of-voice"),
      s("ellipse", { class: "mg-mouth", cx: 58, cy: 92, rx, ry }),
      text(58, 142, `lips: “${this.words[lips]}”`, "mg-of-lips"));
    this.dogs.forEach((dog, i) => dog.setAttribute("display", i === action ? "inline" : "none"));
  }
}
