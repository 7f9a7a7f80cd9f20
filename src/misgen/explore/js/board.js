// A stage at which a reader points: a cursor on a cell, the paths of many agents, a window.

import { h } from "./shared.js";
import { place, Stage } from "./stage.js";

const APART = 0.055; // tiles between the paths of two agents
const PATH_SAMPLES = 4; // points of a path for each step

/** The place of an agent over time as points, a little aside, so that many paths show. */
export function pathOf(replay, aside) {
  const agent = replay.actors.find((actor) => actor.name === "agent");
  const points = Array.from({ length: replay.steps * PATH_SAMPLES + 1 }, (_, i) => place(agent, i / PATH_SAMPLES));
  return points.map(([x, y]) => [x + aside, y + aside]);
}

/** The replays of several agents as paths, spread around the middle of their tiles. */
export function pathsOf(replays, trails) {
  const middle = (replays.length - 1) / 2;
  return replays.map((replay, k) => ({
    points: pathOf(replay, (k - middle) * APART),
    colour: trails[replay.outcome],
    died: replay.outcome === "died",
  }));
}

export class Board extends Stage {
  /** `listeners`: `onpoint(x, y)` at a press, `onaim(x, y)` while the pointer moves, pressed or not. */
  constructor(table, { onpoint = () => {}, onaim = () => {} } = {}) {
    super(table);
    this.paths = [];
    this.cursor = null; // [x, y] of a cell
    this.barred = null; // whether a cell is one that cannot be chosen: (x, y) => boolean
    this.window = null; // [x, y]: cells that are seen to either side of the agent
    this.canvas.addEventListener("pointerdown", (event) => onpoint(...this.cellAt(event)));
    this.canvas.addEventListener("pointermove", (event) => onaim(...this.cellAt(event)));
  }

  /** The cell under the pointer; rows count from the bottom. */
  cellAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const tile = this.tile / this.ratio;
    return [Math.floor((clientX - box.left) / tile), Math.floor((box.bottom - clientY) / tile)];
  }

  /** Show what was set: `paths`, `cursor`, `barred`, `window`. */
  refresh(what) {
    Object.assign(this, what);
    this.draw(this.t ?? 0, this.moved);
  }

  drawOver(g) {
    g.setTransform(this.tile, 0, 0, this.tile, 0, 0);
    if (this.barred) this.#shade(g, this.barred);
    if (this.window) this.#shade(g, (x, y) => !this.#isSeen(x, y));
    for (const path of this.paths) this.#path(g, path);
    if (this.cursor) this.#cursor(g);
  }

  #shade(g, isShaded) {
    g.fillStyle = this.colours.shade;
    for (let y = 0; y < this.table.rows; y += 1) {
      for (let x = 0; x < this.replay.width; x += 1) {
        if (isShaded(x, y)) g.fillRect(x, this.table.rows - 1 - y, 1, 1);
      }
    }
  }

  #isSeen(x, y) {
    const agent = this.replay.actors.find(({ name }) => name === "agent");
    const [atX, atY] = place(agent, Math.floor(this.t)).map(Math.round);
    return Math.abs(x - atX) <= this.window[0] && Math.abs(y - atY) <= this.window[1];
  }

  #path(g, { points, colour, died }) {
    const [first, ...rest] = points.map(([x, y]) => [x + 0.5, this.table.rows - 0.5 - y]);
    g.strokeStyle = g.fillStyle = this.colours[colour];
    g.lineWidth = 0.1;
    g.lineCap = g.lineJoin = "round";
    g.beginPath();
    g.moveTo(...first);
    for (const point of rest) g.lineTo(...point);
    g.stroke();
    this.#end(g, rest.at(-1) ?? first, died);
  }

  /** The end of a path: a dot, or a cross where the agent died. */
  #end(g, [x, y], died) {
    g.beginPath();
    if (died) {
      for (const way of [-1, 1]) {
        g.moveTo(x - 0.2, y - 0.2 * way);
        g.lineTo(x + 0.2, y + 0.2 * way);
      }
      g.stroke();
    } else {
      g.arc(x, y, 0.17, 0, 2 * Math.PI);
      g.fill();
    }
  }

  #cursor(g) {
    const [x, y] = this.cursor;
    const box = [x + 0.04, this.table.rows - 1 - y + 0.04, 0.92, 0.92];
    g.lineWidth = 0.16;
    g.strokeStyle = this.colours.black;
    g.strokeRect(...box);
    g.lineWidth = 0.07;
    g.strokeStyle = this.colours.white;
    g.strokeRect(...box);
  }
}

/** A button with a picture of a sprite, to choose what is put into a cell. */
export function toolButton(name, onclick) {
  return h("button", { type: "button", class: "mg-button mg-tool", "aria-pressed": "false", onclick }, name);
}
