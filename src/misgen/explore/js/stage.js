// Draws recorded replays on a canvas. It moves sprites between recorded places, and knows no rules.

import { h, onThemeChange, onWidth } from "./shared.js";

const TRAIL_SAMPLES = 6; // points of the dotted line for each step
const SPIN = 0.9; // radians a step
const OWN_COLOURS = ["sky", "shade", "black", "white", "second"];
const WIDEST_TILE = 56; // pixels: a small room does not fill a wide page
const WALK_FROM = 0.25;
const WALK_TO = 0.75;

// ------------------------------------------------------------------------ replays

/** Slopes of a monotone cubic: smooth between the places, and never beyond them. */
function slopesOf(values) {
  const last = values.length - 1;
  const steps = Array.from({ length: last }, (_, i) => values[i + 1] - values[i]);
  if (last === 0) return [0];
  const inner = steps.slice(1).map((after, i) =>
    steps[i] * after > 0 ? (2 * steps[i] * after) / (steps[i] + after) : 0);
  return [steps[0], ...inner, steps[last - 1]];
}

function between(values, slopes, t) {
  const i = Math.min(Math.floor(t), values.length - 1);
  const f = t - i;
  if (f === 0) return values[i];
  const [a, b, c, d] = [values[i], values[i + 1], slopes[i], slopes[i + 1]];
  const rest = 1 - f;
  return a * rest * rest * (1 + 2 * f) + b * f * f * (3 - 2 * f) + c * f * rest * rest - d * f * f * rest;
}

function track(positions, first, length, cast, k, axis) {
  const values = Array.from({ length }, (_, t) => positions[((first + t) * cast + k) * 2 + axis]);
  return { values, slopes: slopesOf(values) };
}

/** Return a function from the number of a replay to the replay. */
export function replayReader(table, arrays) {
  const [, rows, padded] = arrays.cells.shape;
  const cast = arrays.actors.shape[1];
  const isThere = (code) => code !== table.nobody;
  const starts = [0];
  arrays.frames.forEach((count, i) => starts.push(starts[i] + count));
  const known = new Map();
  const read = (i) => {
    const [first, length] = [starts[i], arrays.frames[i]];
    const terrain = arrays.terrain[i];
    const at = (x, y) => arrays.cells[(terrain * rows + y) * padded + x];
    const outcome = table.outcomes[arrays.outcome[i]];
    const actors = Array.from(arrays.actors.subarray(i * cast, (i + 1) * cast)).filter(isThere);
    return {
      terrain,
      width: Array.from({ length: padded }, (_, x) => at(x, 0)).filter(isThere).length,
      steps: length - 1,
      outcome,
      ending: arrays.erased[i] && outcome === "goal" ? "accidental" : outcome,
      story: table.stories[arrays.story[i]],
      cell: (x, y) => table.codes[at(x, y)],
      actors: actors.map((code, k) => ({
        name: table.codes[code],
        x: track(arrays.positions, first, length, cast, k, 0),
        y: track(arrays.positions, first, length, cast, k, 1),
      })),
    };
  };
  return (i) => known.get(i) ?? known.set(i, read(i)).get(i);
}

/** An episode that is still going on: it grows by one step at a time. */
export class OpenReplay {
  /** `cells` are codes `[rows, columns]`, `actors` the code, x and y of each at the start. */
  constructor(table, cells, actors) {
    const [, columns] = cells.shape;
    Object.assign(this, { table, width: columns, outcome: null, ending: null, story: "" });
    this.terrain = cells.join(); // another level that looks the same is not painted anew
    this.cell = (x, y) => table.codes[cells[y * columns + x]];
    this.actors = this.#each(actors, (code, x, y) => ({ name: table.codes[code], x: still(x), y: still(y) }));
  }

  #each(actors, use) {
    return Array.from({ length: actors.length / 3 }, (_, k) => use(...actors.subarray(3 * k, 3 * k + 3), k));
  }

  get steps() {
    return this.actors[0].x.values.length - 1;
  }

  /** Where everything is after one more step, and how the episode ended, if it did. */
  grow(actors, outcome) {
    this.#each(actors, (_, x, y, k) => {
      extend(this.actors[k].x, x);
      extend(this.actors[k].y, y);
    });
    this.outcome = this.ending = outcome;
  }
}

const still = (value) => ({ values: [value], slopes: [0] });

function extend(one, value) {
  one.values.push(value);
  one.slopes = slopesOf(one.values);
}

/** Where an actor is at time t, in tiles. */
export function place(actor, t) {
  return [between(actor.x.values, actor.x.slopes, t), between(actor.y.values, actor.y.slopes, t)];
}

// ------------------------------------------------------- interpreter of instructions

const PAINT = {
  rect(g, [x, y, width, height, radius]) {
    if (radius) { g.beginPath(); g.roundRect(x, y, width, height, radius); g.fill(); }
    else g.fillRect(x, y, width, height);
  },
  circle(g, [x, y, radius]) { PAINT.ellipse(g, [x, y, radius, radius]); },
  ellipse(g, [x, y, rx, ry]) { g.beginPath(); g.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI); g.fill(); },
  poly(g, points) { trace(g, points); g.closePath(); g.fill(); },
  line(g, [width, ...points]) { g.lineWidth = width; trace(g, points); g.stroke(); },
  ring(g, [width, x, y, radius]) {
    g.lineWidth = width; g.beginPath(); g.arc(x, y, radius, 0, 2 * Math.PI); g.stroke();
  },
};

function trace(g, points) {
  g.beginPath();
  for (let i = 0; i < points.length; i += 2) g.lineTo(points[i], points[i + 1]);
}

/** Execute the instructions of misgen.core.sprites on a canvas whose unit is the tile. */
function paint(g, drawing, colours) {
  g.lineCap = g.lineJoin = "round";
  for (const [kind, colour, ...numbers] of drawing) {
    g.fillStyle = g.strokeStyle = colours[colour];
    PAINT[kind](g, numbers);
  }
}

function coloursOf(element, table) {
  const style = getComputedStyle(element);
  const drawings = Object.values(table.sprites).flat(2);
  const painted = drawings.map(([, colour]) => colour);
  const names = new Set([...painted, ...Object.values(table.trails), ...OWN_COLOURS]);
  const value = (name) => style.getPropertyValue(`--mg-${name}`).trim();
  return Object.fromEntries([...names].map((name) => [name, value(name)]));
}

// -------------------------------------------------------------------------- stage

/** A canvas with one replay at one time. */
export class Stage {
  constructor(table) {
    this.table = table;
    this.canvas = h("canvas", { role: "img", "aria-label": "" });
    this.badge = h("span", { class: "mg-badge", hidden: true, "aria-hidden": "true" });
    this.element = h("div", { class: "mg-stage" }, this.canvas, this.badge);
    this.element.style.maxWidth = `${table.columns * WIDEST_TILE + 2}px`; // and its border;
    this.terrain = new Map(); // terrain -> picture; empties when size or colours change
    this.stops = [
      onWidth(this.element, (width) => this.#resize(width)),
      onThemeChange(() => this.#forget()),
    ];
  }

  /** Show a replay; `alt` describes it. `suspense` hides how it ends until it has ended. */
  show(replay, alt, { suspense = false, caption = "" } = {}) {
    this.replay = replay;
    this.caption = caption;
    this.suspense = suspense;
    this.canvas.setAttribute("aria-label", alt);
    this.draw(0);
  }

  /** Draw the replay at time t (in steps, not only whole ones). */
  draw(t, moved = null) {
    if (!this.replay) return;
    this.t = Math.min(t, this.replay.steps);
    this.moved = moved;
    this.#updateBadge();
    if (!this.tile) return;
    this.colours ??= coloursOf(this.element, this.table);
    const g = this.canvas.getContext("2d");
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(this.#background(), 0, 0);
    this.#spinning(g);
    this.drawUnder(g);
    if (this.t > 0) this.#trail(g);
    this.replay.actors.forEach((actor) => this.#actor(g, actor));
    this.drawOver(g);
    if (this.caption) this.#write(g);
  }

  // What else is drawn below and above who moves; see board.js.
  drawUnder() {}

  drawOver() {}

  /** Write the caption into the lower left corner. */
  #write(g) {
    const size = Math.max(11, 0.016 * this.element.clientWidth) * this.ratio;
    g.setTransform(1, 0, 0, 1, size * 0.8, this.canvas.height - size * 0.8);
    g.font = `600 ${size}px system-ui, sans-serif`;
    g.fillStyle = this.colours.black;
    g.beginPath();
    const width = g.measureText(this.caption).width + 0.8 * size;
    g.roundRect(-0.4 * size, -1.2 * size, width, 1.6 * size, 0.5 * size);
    g.fill();
    g.fillStyle = this.colours.white;
    g.fillText(this.caption, 0, 0);
  }

  #updateBadge() {
    const ended = this.replay.outcome !== null && this.t >= this.replay.steps;
    this.badge.hidden = !ended;
    if (!ended) return;
    this.badge.textContent = this.table.badges[this.replay.ending];
    this.badge.className = `mg-badge mg-on-${this.table.trails[this.replay.outcome]}`;
  }

  #resize(width) {
    this.ratio = Math.min(devicePixelRatio || 1, 3);
    // Whole pixels a tile keep edges crisp; what is left on the right shows more wall.
    this.tile = Math.max(1, Math.floor((width * this.ratio) / this.table.columns));
    this.canvas.width = Math.floor(width * this.ratio);
    this.canvas.height = this.tile * this.table.rows;
    this.#forget();
  }

  #forget() {
    this.terrain.clear();
    this.colours = null;
    this.draw(this.t ?? 0, this.moved);
  }

  #background() {
    const key = this.replay.terrain;
    if (!this.terrain.has(key)) this.terrain.set(key, this.#paintBackground());
    return this.terrain.get(key);
  }

  #paintBackground() {
    const picture = h("canvas", { width: this.canvas.width, height: this.canvas.height });
    const g = picture.getContext("2d");
    g.fillStyle = this.colours.sky;
    g.fillRect(0, 0, picture.width, picture.height);
    g.setTransform(this.tile, 0, 0, this.tile, 0, (this.table.rows - this.table.backdropRows) * this.tile);
    paint(g, this.table.sprites.backdrop[0], this.colours);
    const columns = Math.ceil(this.canvas.width / this.tile);
    for (let y = 0; y < this.table.rows; y += 1) {
      for (let x = 0; x < columns; x += 1) this.#cell(g, x, y);
    }
    this.#shadeBeyond(g, columns);
    return picture;
  }

  #spriteAt(x, y) {
    const { width } = this.replay;
    const name = this.replay.cell(Math.min(x, width - 1), y);
    return x < width ? name : this.table.beyond[name] ?? name;
  }

  #cell(g, x, y) {
    const name = this.#spriteAt(x, y);
    if (this.table.spinning.includes(name)) return;
    this.#at(g, x, y);
    paint(g, this.#variant(name, x, y), this.colours);
  }

  #variant(name, x, y) {
    const variants = this.table.sprites[name];
    return variants[(3 * x + 2 * y) % variants.length];
  }

  #at(g, x, y, facing = 1) {
    const left = (facing < 0 ? x + 1 : x) * this.tile;
    g.setTransform(facing * this.tile, 0, 0, this.tile, left, (this.table.rows - 1 - y) * this.tile);
  }

  #shadeBeyond(g, columns) {
    this.#at(g, this.replay.width, this.table.rows - 1);
    g.fillStyle = this.colours.shade;
    g.fillRect(0, 0, columns - this.replay.width + 1, this.table.rows);
  }

  #spinning(g) {
    for (let y = 0; y < this.table.rows; y += 1) {
      for (let x = 0; x < this.replay.width; x += 1) {
        const name = this.replay.cell(x, y);
        if (this.table.spinning.includes(name)) this.#spin(g, name, x, y);
      }
    }
  }

  #spin(g, name, x, y) {
    this.#at(g, x, y);
    g.translate(0.5, 0.5);
    g.rotate(this.t * SPIN);
    g.translate(-0.5, -0.5);
    paint(g, this.#variant(name, x, y), this.colours);
  }

  #trail(g) {
    const agent = this.replay.actors.find((actor) => actor.name === "agent");
    if (!agent) return;
    const points = Math.ceil(this.t * TRAIL_SAMPLES);
    const centres = Array.from({ length: points + 1 }, (_, i) => {
      const [x, y] = place(agent, Math.min(i / TRAIL_SAMPLES, this.t));
      return [x + 0.5, this.table.rows - 0.5 - y];
    });
    g.setTransform(this.tile, 0, 0, this.tile, 0, 0);
    const untold = this.replay.outcome === null || (this.suspense && this.t < this.replay.steps);
    g.strokeStyle = this.colours[untold ? "dead" : this.table.trails[this.replay.outcome]];
    g.lineWidth = 0.17;
    g.lineCap = "round";
    g.setLineDash([0, 0.42]);
    trace(g, centres.flat());
    g.stroke();
    g.setLineDash([]);
  }

  #actor(g, actor) {
    const [x, y] = this.moved?.name === actor.name ? this.moved.place : place(actor, this.t);
    this.#at(g, x, y + this.#lift(actor), facingOf(actor, this.t));
    paint(g, this.#variant(this.#pose(actor), 0, 0), this.colours);
  }

  /** A goal that has been taken is held up, so that it stays in sight. */
  #lift(actor) {
    const taken = this.replay.outcome === "goal" && this.t >= this.replay.steps;
    return taken && this.table.lifted.includes(actor.name) ? this.table.lift : 0;
  }

  #pose(actor) {
    const pose = poseOf(actor, this.t, this.replay);
    const name = `${actor.name}.${pose}`;
    return pose && name in this.table.sprites ? name : actor.name;
  }

  stop() {
    this.stops.forEach((stop) => stop());
  }
}

function facingOf(actor, t) {
  const { values } = actor.x;
  for (let i = Math.min(Math.ceil(t), values.length - 1); i > 0; i -= 1) {
    if (values[i] !== values[i - 1]) return values[i] > values[i - 1] ? 1 : -1;
  }
  return 1;
}

function poseOf(actor, t, replay) {
  if (t >= replay.steps) return replay.outcome === "died" ? "dead" : "";
  const step = Math.ceil(t);
  if (step === 0) return "";
  const moves = (axis) => actor[axis].values[step] !== actor[axis].values[step - 1];
  if (moves("y")) return "air";
  const f = t - Math.floor(t);
  return moves("x") && f > WALK_FROM && f < WALK_TO ? "walk" : "";
}
