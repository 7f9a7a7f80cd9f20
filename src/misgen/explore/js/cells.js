// A grid of cells of a panel: a heat map of shares, or a picture of kinds with letters and sprites.

import { h, onWidth, s } from "./shared.js";

const CHARACTER_WIDTH = 6.9; // pixels
const SMALLEST_LABELLED = 15; // pixels of a cell whose column has room for a label
const HATCH = 0.34; // of a cell: length of the stroke on the side of 0

// ------------------------------------------------------------------------------- sprites

const inCss = (colour) => `var(--mg-${colour})`;

const SHAPES = {
  rect: (colour, [x, y, width, height, rx]) => s("rect", { fill: inCss(colour), x, y, width, height, rx }),
  circle: (colour, [cx, cy, r]) => s("circle", { fill: inCss(colour), cx, cy, r }),
  ellipse: (colour, [cx, cy, rx, ry]) => s("ellipse", { fill: inCss(colour), cx, cy, rx, ry }),
  poly: (colour, points) => s("polygon", { fill: inCss(colour), points: points.join(" ") }),
  line: (colour, [width, ...points]) => s("polyline", { ...stroke(colour, width), points: points.join(" ") }),
  ring: (colour, [width, cx, cy, r]) => s("circle", { ...stroke(colour, width), cx, cy, r }),
};

function stroke(colour, width) {
  return { fill: "none", stroke: inCss(colour), "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" };
}

/** The instructions of misgen.core.sprites as SVG, in tiles. */
export function spriteOf(drawing) {
  return s("g", {}, ...drawing.map(([kind, colour, ...numbers]) => SHAPES[kind](colour, numbers)));
}

// -------------------------------------------------------------------------------- colours

function mixed(colour, share) {
  return `color-mix(in srgb, var(--mg-${colour}) ${Math.round(100 * share)}%, var(--mg-card))`;
}

/** The colour of a share on a scale, and how much of it lies over the card's. */
function shade(scale, share) {
  if (Number.isNaN(share)) return ["card", 0];
  if (scale !== "diverging") return [scale, share];
  return share < 0.5 ? ["proxy", 1 - 2 * share] : ["goal", 2 * share - 1];
}

function tint({ colour, glyph }) {
  if (!colour) return "var(--mg-card)";
  return glyph.length === 1 ? mixed(colour, 0.42) : inCss(colour);
}

// ---------------------------------------------------------------------------------- grid

export class CellMap {
  constructor(part, view) {
    Object.assign(this, { part, view });
    this.arrays = view.arraysOf(part);
    [this.rows, this.columns] = this.arrays.values.shape.slice(-2);
    this.sprites = new Map(Object.entries(part.sprites).map(([name, drawing]) => [name, spriteOf(drawing)]));
    this.svg = s("svg", { role: "img", class: "mg-cells" });
    this.element = h("div", { class: "mg-plot mg-map" }, this.svg);
    this.legend = this.#legend();
    this.unwatch = onWidth(this.element, (width) => { this.width = width; this.#build(); });
  }

  refresh() {
    const { part, view } = this;
    this.at = view.offset(part.over);
    this.svg.setAttribute("aria-label", view.description(part));
    this.#fill();
  }

  #build() {
    if (this.at === undefined) return;
    const { part, columns, rows } = this;
    const names = part.rowLabels.map((text) => text.length * CHARACTER_WIDTH);
    this.left = Math.ceil(Math.max(0, ...names)) + (names.length ? 8 : 0) + (part.rowTitle ? 20 : 0);
    this.top = (part.columnTitle ? 20 : 0) + (part.columnLabels.length ? 18 : 0);
    this.side = Math.max(4, Math.min(part.maxCell, (this.width - this.left - 4) / columns));
    const [width, height] = [this.left + columns * this.side + 4, this.top + rows * this.side + 4];
    Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height }).forEach(([k, v]) => this.svg.setAttribute(k, v));
    this.shown = [];
    this.cells = Array.from({ length: rows * columns }, (_, i) => this.#cell(i));
    this.hatch = s("path", { class: "mg-hatch" });
    this.svg.replaceChildren(...this.#titles(), ...this.#labels(), ...this.cells, this.hatch, ...this.#marks());
    this.#fill();
  }

  #x(column) {
    return this.left + 2 + column * this.side;
  }

  #y(row) {
    return this.top + 2 + row * this.side;
  }

  #titles() {
    const { part, columns, rows } = this;
    const across = s("text", { class: "mg-axis", x: this.#x(columns / 2), y: 12, "text-anchor": "middle" }, part.columnTitle);
    const turn = `translate(12 ${this.#y(rows / 2)}) rotate(-90)`;
    const down = s("text", { class: "mg-axis", transform: turn, "text-anchor": "middle" }, part.rowTitle);
    return [part.columnTitle ? across : null, part.rowTitle ? down : null].filter(Boolean);
  }

  #labels() {
    const { part, side } = this;
    const widest = Math.max(0, ...part.columnLabels.map((text) => text.length)) * CHARACTER_WIDTH + 4;
    const every = { column: Math.ceil(widest / side), row: Math.ceil(SMALLEST_LABELLED / side) };
    const across = part.columnLabels.map((text, i) => i % every.column ? null
      : s("text", { x: this.#x(i + 0.5), y: this.top - 5, "text-anchor": "middle" }, text));
    const down = part.rowLabels.map((text, i) => i % every.row ? null
      : s("text", { x: this.left - 6, y: this.#y(i + 0.5) + 4, "text-anchor": "end" }, text));
    return [...across, ...down].filter(Boolean);
  }

  #marks() {
    return this.part.marks.map(([row, column]) => s("rect", {
      class: "mg-outline", x: this.#x(column), y: this.#y(row), width: this.side, height: this.side, rx: 2,
    }));
  }

  #fill() {
    if (!this.cells) return;
    const { values } = this.arrays;
    const from = this.at * this.cells.length;
    const show = this.part.kinds.length ? this.#showKind : this.#showShare;
    this.cells.forEach((cell, i) => {
      const value = values[from + i];
      if (Object.is(value, this.shown[i])) return;
      this.shown[i] = value;
      show.call(this, cell, value, i);
    });
    this.hatch.setAttribute("d", this.#hatched(values, from));
  }

  #showShare(cell, value) {
    const [colour, strength] = shade(this.part.scale, value);
    const box = cell.firstElementChild;
    box.setAttribute("class", `mg-cell mg-fill-${colour}`);
    box.setAttribute("fill-opacity", strength.toFixed(2));
  }

  #showKind(cell, value, i) {
    const kind = this.part.kinds[value];
    const box = cell.firstElementChild;
    box.setAttribute("style", `fill:${tint(kind)}`);
    cell.replaceChildren(box, ...this.#glyph(kind, this.#x(i % this.columns), this.#y(Math.floor(i / this.columns)), this.side - 1));
  }

  #cell(i) {
    const [x, y, side] = [this.#x(i % this.columns), this.#y(Math.floor(i / this.columns)), this.side - 1];
    return s("g", {}, s("rect", { class: "mg-cell", x, y, width: side, height: side, rx: Math.min(3, side / 8) }));
  }

  #glyph({ glyph }, x, y, side) {
    if (!glyph) return [];
    const sprite = this.sprites.get(glyph);
    if (sprite) {
      const picture = sprite.cloneNode(true);
      picture.setAttribute("transform", `translate(${x} ${y}) scale(${side + 1})`); // without the gap between cells
      return [picture];
    }
    const size = Math.min(18, side * 0.62);
    const place = { x: x + side / 2, y: y + side / 2 + size * 0.36, "text-anchor": "middle", style: `font-size:${size}px` };
    return [s("text", { class: "mg-letter", ...place }, glyph)];
  }

  /** A stroke in each cell on the side of 0, so that the two sides differ in more than colour. */
  #hatched(values, from) {
    if (this.part.kinds.length || this.part.scale !== "diverging") return "";
    const [length, edge] = [this.side * HATCH, this.side * (1 - HATCH) / 2 - 0.5];
    return this.cells.map((_, i) => (values[from + i] < 0.5
      ? `M${this.#x(i % this.columns) + edge} ${this.#y(Math.floor(i / this.columns)) + edge + length}l${length} ${-length}`
      : "")).join("");
  }

  // -------------------------------------------------------------------------------- legend

  #legend() {
    const { part } = this;
    const items = part.kinds.length ? this.#kindItems() : [this.#scaleItem()];
    const outlined = [...new Set(part.marks.map(([, , text]) => text))]; // many may mean the same
    const marks = outlined.map((text) => this.#item(s("rect", { class: "mg-outline", x: 2, y: 2, width: 12, height: 12, rx: 2 }), text));
    return h("ul", { class: "mg-legend mg-kinds" }, ...items, ...marks);
  }

  #item(picture, text) {
    const svg = s("svg", { class: "mg-key mg-square", viewBox: "0 0 16 16", "aria-hidden": "true" }, picture);
    return h("li", {}, svg, h("span", { class: "mg-name" }, text));
  }

  #kindItems() {
    return this.part.kinds.filter(({ label }) => label).map((kind) => {
      const box = s("rect", { class: "mg-cell", x: 0.5, y: 0.5, width: 15, height: 15, rx: 2, style: `fill:${tint(kind)}` });
      return this.#item(s("g", {}, box, ...this.#glyph(kind, 0.5, 0.5, 15)), kind.label);
    });
  }

  #scaleItem() {
    const { ends, scale } = this.part;
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => mixed(...shade(scale, share)));
    const bar = h("span", { class: "mg-scale", style: `background:linear-gradient(90deg, ${stops.join(", ")})` });
    const striped = scale === "diverging" ? h("span", { class: "mg-stripes", "aria-hidden": "true" }) : null;
    if (striped) bar.append(striped);
    return h("li", { class: "mg-ends" }, h("span", {}, ends[0]), bar, h("span", {}, ends[1]));
  }

  stop() {
    this.unwatch();
  }
}
