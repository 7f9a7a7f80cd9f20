// The first picture of the chapter: a dog to be trained, and how often it did as told lately.

import { h, plain, s, sentence } from "../../explore/js/shared.js";
import { MARKS } from "../../explore/js/slider.js";
import { DogInHand } from "./hand.js";
import { tally } from "./model.js";

const [SIDE, RADIUS] = [16, 6]; // of a mark

class FirstDogExplorer extends DogInHand {
  constructor(model, el) {
    super(model, []);
    this.strip = s("svg", { class: "mg-lately", role: "img", viewBox: `0 0 ${SIDE * this.table.shown} ${SIDE}` });
    const beside = h("div", {}, this.say, this.strip, h("p", { class: "mg-story" }, this.table.marks));
    this.start(el, h("div", { class: "mg-training" }, this.area, beside));
  }

  tell(isSingle) {
    const said = tally(this.table, this.course);
    const scene = this.command();
    this.say.replaceChildren(...sentence(said));
    this.strip.setAttribute("aria-label", plain(said));
    this.live.say(isSingle ? scene : `${scene} ${plain(said)}`);
  }

  /** A mark for each of the last commands: filled where the dog did as told. */
  draw() {
    const lately = this.course.obeyed.slice(-this.table.shown);
    this.strip.replaceChildren(...lately.map((isObeyed, i) =>
      s("g", { class: isObeyed ? "mg-obeyed" : "mg-hollow" }, MARKS.circle(SIDE * (i + 0.5), SIDE / 2, RADIUS))));
  }
}

function render({ model, el }) {
  const explorer = new FirstDogExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
