// Forests from above: small ones as plain cells, and one with sprites whose recording is played.

import { spriteOf } from "../../explore/js/cells.js";
import { h, s } from "../../explore/js/shared.js";

const ACROSS = 10; // cells
const CELLS = ACROSS * ACROSS;
const NOWHERE = 255;

/** Whether bit `cell` is set in the bytes from `first` on; Python packed the highest bit first. */
function bit(bytes, first, cell) {
  return (bytes[first + (cell >> 3)] >> (7 - (cell & 7))) & 1;
}

function placed(x, y, ...children) {
  return s("g", { transform: `translate(${x} ${y})` }, ...children);
}

/** Some forests of the run at one time, as small pictures. */
export class SmallForests {
  constructor(arrays) {
    this.arrays = arrays;
    const [, bins, forests, bytes] = arrays.forests.shape;
    Object.assign(this, { bins, forests, bytes });
    this.pictures = Array.from({ length: forests }, () =>
      s("svg", { class: "mg-smallforest", viewBox: `-0.5 -0.5 ${ACROSS + 1} ${ACROSS + 1}`, "aria-hidden": "true" }));
    this.element = h("div", { class: "mg-smallforests", role: "img" }, ...this.pictures);
  }

  /** Show them; returns how many trees each has. */
  show(film, time) {
    const counts = this.pictures.map((picture, i) => this.#fill(picture, (film * this.bins + time) * this.forests + i));
    this.element.setAttribute("aria-label", `The first ${this.forests} forests of the run. Trees: ${counts.join(", ")}.`);
    return counts;
  }

  #fill(picture, at) {
    const { forests, agents } = this.arrays;
    const trees = Array.from({ length: CELLS }, (_, cell) => cell).filter((cell) => bit(forests, at * this.bytes, cell));
    const agent = agents[at];
    picture.replaceChildren(
      s("rect", { class: "mg-clearing", x: -0.4, y: -0.4, width: ACROSS + 0.8, height: ACROSS + 0.8, rx: 0.6 }),
      ...trees.map((cell) => s("circle", { class: "mg-treetop", cx: (cell % ACROSS) + 0.5, cy: Math.floor(cell / ACROSS) + 0.5, r: 0.48 })),
      s("rect", { class: "mg-walker", x: (agent % ACROSS) + 0.18, y: Math.floor(agent / ACROSS) + 0.18, width: 0.64, height: 0.64, rx: 0.1 }));
    return trees.length;
  }
}

/** Return a function from the number of a recording to the recording. */
export function recordingReader(arrays) {
  const bytes = arrays.start.shape.at(-1);
  const steps = arrays.grown.shape.at(-1);
  return (i) => {
    const start = Array.from({ length: CELLS }, (_, cell) => bit(arrays.start, i * bytes, cell) === 1);
    const path = arrays.path.subarray(i * (steps + 1), (i + 1) * (steps + 1));
    const grown = arrays.grown.subarray(i * steps, (i + 1) * steps);
    return { steps, path, ...unfolded(start, path, grown) };
  };
}

/** The forest after each step, and how many trees were chopped up to then. */
function unfolded(start, path, grown) {
  const stands = [start];
  const chopped = [0];
  grown.forEach((cell, t) => {
    const now = [...stands[t]];
    chopped.push(chopped[t] + (now[path[t + 1]] ? 1 : 0));
    now[path[t + 1]] = false; // the agent chops the tree on whose cell it steps
    if (cell !== NOWHERE) now[cell] = true;
    stands.push(now);
  });
  return { stands, chopped };
}

/** One forest with its agent; the player of the explorers moves it. */
export class ForestStage {
  constructor(table) {
    const { meadow, tree, agent } = table.sprites;
    this.svg = s("svg", { role: "img", class: "mg-forest", viewBox: `0 0 ${ACROSS} ${ACROSS}`, "aria-label": "" });
    const cells = Array.from({ length: CELLS }, (_, cell) => [cell % ACROSS, Math.floor(cell / ACROSS)]);
    const drawn = (variants, x, y) => placed(x, y, spriteOf(variants[(3 * x + 2 * y) % variants.length]));
    this.trees = cells.map(([x, y]) => drawn(tree, x, y));
    this.agent = drawn(agent, 0, 0);
    this.svg.append(...cells.map(([x, y]) => drawn(meadow, x, y)), ...this.trees, this.agent);
    this.count = h("p", { class: "mg-story mg-count" });
    this.element = h("div", {}, h("div", { class: "mg-stage mg-clearingstage" }, this.svg), this.count);
  }

  show(recording, alt) {
    this.recording = recording;
    this.svg.setAttribute("aria-label", alt);
  }

  /** Draw it at time t, in steps; between two steps the agent walks. */
  draw(t) {
    const step = Math.floor(t);
    const { path, stands, chopped } = this.recording;
    this.trees.forEach((tree, cell) => tree.setAttribute("display", stands[step][cell] ? "inline" : "none"));
    const [x, y] = this.#place(path[step], path[Math.min(step + 1, path.length - 1)], t - step);
    this.agent.setAttribute("transform", `translate(${x.toFixed(3)} ${y.toFixed(3)})`);
    const left = stands[step].filter(Boolean).length;
    this.count.textContent = `${left} ${left === 1 ? "tree" : "trees"} left, ${chopped[step]} chopped`;
  }

  /** Between two cells; a step over the edge of a forest without walls is a jump. */
  #place(from, to, f) {
    const [x, y, dx, dy] = [from % ACROSS, Math.floor(from / ACROSS), (to % ACROSS) - (from % ACROSS), Math.floor(to / ACROSS) - Math.floor(from / ACROSS)];
    return Math.abs(dx) > 1 || Math.abs(dy) > 1 ? [x, y] : [x + f * dx, y + f * dy];
  }

  stop() {}
}
