// A stage at which a reader points: a cursor on a cell, the paths of many agents, a window.

import { place, replayReader, Stage } from "./stage.js";

const APART = 0.085; // tiles between the paths of two agents
const WIDE = 0.07; // tiles
const REFUSED = 0.62; // tiles: the radius of the mark of a refusal
const LEAST_TILE = 16; // pixels: on smaller tiles, as on a phone, that mark is drawn as on such ones
const PATH_SAMPLES = 4; // points of a path for each step

/** The place of an agent over time as points, a little aside, so that many paths show. */
export function pathOf(replay, aside) {
  const agent = replay.actors.find((actor) => actor.name === "agent");
  const points = Array.from({ length: replay.steps * PATH_SAMPLES + 1 }, (_, i) => place(agent, i / PATH_SAMPLES));
  return points.map(([x, y]) => [x + aside, y + aside]);
}

/** The replays that Python packed, where each has its own level; see `misgen.core.replay`. */
export function replaysOf(table, packed) {
  const count = packed.frames.length;
  const alone = { terrain: new Uint8Array(count), story: new Uint8Array(count) };
  const read = replayReader(table, { ...packed, ...alone });
  return Array.from({ length: count }, (_, k) => read(k));
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
  paths = [];
  /** [x, y] of a cell, or null. */
  cursor = null;
  /** (x, y) => whether this cell cannot be chosen, or null. */
  barred = null;
  /** [x, y] of a cell that was chosen in vain, or null. */
  refused = null;
  /** [x, y]: how many cells are seen to either side of the agent, or null for all. */
  window = null;

  /** The cell under the pointer; rows count from the bottom. */
  cellAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const tile = this.tile / this.ratio;
    return [Math.floor((clientX - box.left) / tile), Math.floor((box.bottom - clientY) / tile)];
  }

  /** Show what was set: `paths`, `cursor`, `barred`, `refused`, `window`. */
  refresh(what) {
    Object.assign(this, what);
    this.draw(this.t ?? 0, this.moved);
  }

  drawUnder(g) {
    g.setTransform(this.tile, 0, 0, this.tile, 0, 0);
    for (const path of this.paths) this.#path(g, path);
  }

  drawOver(g) {
    g.setTransform(this.tile, 0, 0, this.tile, 0, 0);
    if (this.barred) this.#shade(g, "shade", this.barred);
    if (this.window) this.#shade(g, "black", (x, y) => !this.#isSeen(x, y));
    if (this.cursor) this.#cursor(g);
    if (this.refused) this.#refusal(g);
  }

  #shade(g, colour, isShaded) {
    g.fillStyle = this.colours[colour];
    const columns = Math.ceil(this.canvas.width / this.tile); // with what is left on the right
    for (let y = 0; y < this.table.rows; y += 1) {
      for (let x = 0; x < columns; x += 1) {
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
    g.lineWidth = WIDE;
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
    g.beginPath();
    g.rect(x + 0.04, this.table.rows - 1 - y + 0.04, 0.92, 0.92);
    this.#rimmed(g);
  }

  /** A ring with a slash: nothing is put here. */
  #refusal(g) {
    const size = Math.max(1, (LEAST_TILE * this.ratio) / this.tile);
    const slash = REFUSED * Math.SQRT1_2;
    g.translate(this.refused[0] + 0.5, this.table.rows - 0.5 - this.refused[1]);
    g.scale(size, size);
    g.beginPath();
    g.arc(0, 0, REFUSED, 0, 2 * Math.PI);
    g.moveTo(-slash, -slash);
    g.lineTo(slash, slash);
    this.#rimmed(g);
  }

  /** Stroke what was traced so that it shows on light and dark cells. */
  #rimmed(g) {
    for (const [width, name] of [[0.16, "black"], [0.07, "white"]]) {
      g.lineWidth = width;
      g.strokeStyle = this.colours[name];
      g.stroke();
    }
  }
}
