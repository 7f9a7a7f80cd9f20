// The painter: paint a reward, see the best moves, and which other rewards have the same.

import { announcer, Choices, frame, h, plain, readArrays, s, sentence, sourceLine } from "../../explore/js/shared.js";
import { controlOf } from "../../explore/js/controls.js";
import { filled, painterSentence, policiesText, Rivals, roomOf, valueText } from "./gridworld.js";

const UNIT = 100; // of the pictures: the side of a cell
const STRONGEST = 0.45; // opacity of the colour of a reward of 1 or -1 in a cell with words

class PainterChoices extends Choices {
  /** The only allowed paint is the one that is shown; an address may bring another one. */
  read() {
    const { start, letters, size } = this.model.get("table");
    const wanted = this.model.get("state")?.paint;
    const isPaint = typeof wanted === "string" && wanted.length === size * size
      && [...wanted].every((letter) => letters.includes(letter));
    if (isPaint) this.allowed.paint = [wanted];
    this.allowed.paint ??= [start];
    super.read();
  }

  paint(word) {
    this.allowed.paint = [word];
    this.choose("paint", 0);
  }
}

// -------------------------------------------------------------------------------- pictures

function ground(table, reward, strongest) {
  const parts = [s("rect", { class: "mg-ground", width: UNIT, height: UNIT })];
  if (Math.abs(reward) < 0.005) return parts;
  const opacity = (strongest * Math.min(1, Math.abs(reward))).toFixed(2);
  const colour = reward > 0 ? "first" : "dead";
  parts.unshift(s("rect", { style: `fill:var(--mg-${colour})`, "fill-opacity": opacity, width: UNIT, height: UNIT }));
  if (reward < 0) parts.push(s("path", { class: "mg-hatching", d: table.hatch }));
  return parts;
}

/** A small picture of a reward, with words for those who do not see it. */
function miniature(table, { name, picture }) {
  const { size, words } = table;
  const rows = Array.from({ length: size }, (_, r) => picture.slice(r * size, (r + 1) * size).map(valueText).join(" "));
  const cells = picture.map((reward, cell) => s("g", {
    transform: `translate(${(cell % size) * UNIT} ${Math.floor(cell / size) * UNIT})`,
  }, ...ground(table, reward, table.strongest)));
  const label = filled(words.picture, { name, rewards: rows.join("; ") });
  return s("svg", { class: "mg-mini", viewBox: `-4 -4 ${size * UNIT + 8} ${size * UNIT + 8}`, role: "img", "aria-label": label }, ...cells);
}

function rivalCard(table, rival, i) {
  const [mark, words] = table.verdicts[rival.verdict];
  return h("li", { class: "mg-rival", "data-part": i },
    miniature(table, rival),
    h("p", { class: "mg-name" }, rival.name),
    h("p", { class: "mg-count" }, table.reasons[i]),
    h("p", { class: `mg-verdict mg-is-${rival.verdict}` }, h("b", {}, mark), ` ${words}`),
    h("p", { class: "mg-count" }, policiesText(rival.policies, table)));
}

// ------------------------------------------------------------------------------------ room

const KEYS = { ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowDown: [1, 0], ArrowLeft: [0, -1] };
const CHANGES = { "+": 1, "=": 1, "-": -1, "−": -1 };

/** The 25 cells: one stop of the Tab key, arrow keys inside. */
class PaintedRoom {
  /** `setCell(cell, level)` paints; `brush()` is the level to paint with. */
  constructor(table, { setCell, brush }) {
    Object.assign(this, { table, setCell, brush, current: 0 });
    const { size } = table;
    this.cells = Array.from({ length: size * size }, (_, cell) => h("div", {
      class: "mg-tile", role: "gridcell", tabindex: cell ? -1 : 0, onclick: () => this.#click(cell),
    }));
    const rows = Array.from({ length: size }, (_, r) =>
      h("div", { class: "mg-room-row", role: "row" }, ...this.cells.slice(r * size, (r + 1) * size)));
    this.element = h("div", {
      class: "mg-room", role: "grid", "aria-label": "Room to paint", onkeydown: (event) => this.#key(event),
    }, ...rows);
  }

  #click(cell) {
    this.#focus(cell);
    this.#brushed();
  }

  #brushed() {
    const zero = this.table.levels.indexOf(0);
    const level = this.brush();
    this.setCell(this.current, this.levels[this.current] === level ? zero : level);
  }

  #focus(cell) {
    this.cells[this.current].tabIndex = -1;
    this.current = cell;
    this.cells[cell].tabIndex = 0;
    this.cells[cell].focus();
  }

  focus() {
    this.#focus(this.current);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS[event.key]) this.#move(KEYS[event.key]);
    else if (CHANGES[event.key]) this.#change(CHANGES[event.key]);
    else if (event.key === " " || event.key === "Enter") this.#brushed();
    else return;
    event.preventDefault();
  }

  #move([down, right]) {
    const { size } = this.table;
    const [row, column] = [Math.floor(this.current / size) + down, (this.current % size) + right];
    if (row >= 0 && row < size && column >= 0 && column < size) this.#focus(row * size + column);
  }

  #change(by) {
    const level = this.levels[this.current] + by;
    if (this.table.levels[level] !== undefined) this.setCell(this.current, level);
  }

  /** Show levels, best moves and values; `walls` are pairs of cells. */
  update(levels, { best, values }, walls) {
    this.levels = levels;
    this.cells.forEach((tile, cell) => {
      const bars = walls.filter(([from]) => from === cell).map(([from, to]) => (to === from + 1 ? "M100 0V100" : "M0 100H100"));
      const words = h("span", { class: "mg-unseen" }, this.#words(cell, best[cell], values[cell]));
      tile.replaceChildren(words, this.#picture(levels[cell], best[cell], values[cell], bars));
      tile.classList.toggle("mg-walled", bars.length > 0);
    });
  }

  #picture(level, best, value, bars) {
    const { table } = this;
    const arrows = table.arrows.filter((_, a) => best[a]).join("");
    return s("svg", { viewBox: `0 0 ${UNIT} ${UNIT}`, "aria-hidden": "true" },
      ...ground(table, table.levels[level], STRONGEST),
      s("path", { class: "mg-arrows", d: arrows }),
      s("text", { class: "mg-level-text", x: 8, y: 24 }, table.levels[level] ? table.levelTexts[level] : ""),
      s("text", { x: 88, y: 92, "text-anchor": "end" }, valueText(value)),
      ...bars.map((d) => s("path", { class: "mg-wallbar", d })));
  }

  #words(cell, best, value) {
    const { size, actions, levelTexts, words } = this.table;
    return filled(words.cell, {
      row: Math.floor(cell / size) + 1, column: (cell % size) + 1, reward: levelTexts[this.levels[cell]],
      best: actions.filter((_, a) => best[a]).join(words.or), value: valueText(value),
    });
  }

  /** What is said of the cell that the reader is in. */
  get said() {
    return this.cells[this.current].firstChild.textContent;
  }
}

// ---------------------------------------------------------------------------------- brushes

let painters = 0; // radio buttons of one painter share a name, and no two painters do

function brushes({ levels, levelTexts }) {
  painters += 1;
  const inputs = levels.map((level, i) => h("input", {
    type: "radio", name: `mg-brush-${painters}`, value: i, checked: level === 1,
  }));
  const labels = levelTexts.map((text, i) => h("label", { class: "mg-brush" }, inputs[i], h("span", {}, text)));
  const element = h("fieldset", { class: "mg-brushes" }, h("legend", {}, "Brush"), ...labels);
  return { element, level: () => inputs.findIndex((input) => input.checked) };
}

/** The painted rooms to begin with; what is painted by hand is none of them. */
function presets({ presets: all }, paint) {
  const options = all.map(({ label }, i) => h("option", { value: i }, label));
  const own = h("option", { value: "", disabled: true, hidden: true }, "painted by hand");
  const onchange = () => paint(all[Number(select.value)].paint);
  const select = h("select", { onchange }, ...options, own);
  const update = (word) => {
    const index = all.findIndex((preset) => preset.paint === word);
    select.value = index < 0 ? "" : `${index}`;
  };
  return { element: h("label", { class: "mg-field" }, h("span", {}, "Rewards to begin with"), select), update };
}

// --------------------------------------------------------------------------------- explorer

class PainterExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    const { next, sweeps } = readArrays(model);
    const half = next.length / 2;
    const cells = this.table.size ** 2;
    this.rooms = [next.subarray(0, half), next.subarray(half)].map((part) => roomOf(part, cells));
    this.sweeps = sweeps;
    this.choices = new PainterChoices(model, this.table.controls, () => this.update());
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    const paint = (word) => choices.paint(word);
    this.live = announcer();
    this.brushes = brushes(table);
    this.presets = presets(table, paint);
    this.room = new PaintedRoom(table, {
      setCell: (cell, level) => paint(this.#painted(cell, level)), brush: this.brushes.level,
    });
    this.reset = h("button", { type: "button", class: "mg-button", onclick: () => this.#restart() }, "Start again");
    this.controls = table.controls.map((control) => controlOf(control, choices, () => {}));
    this.gallery = h("ul", { class: "mg-rivals" });
    this.say = h("p", { class: "mg-say" });
    this.note = h("p", { class: "mg-story" });
    this.source = sourceLine(table.source, model);
    const parts = [this.#columns(), this.say, this.note, this.source.element, this.live.element];
    el.append(frame(table.title, table.subtitle, ...parts));
  }

  #columns() {
    const { table } = this;
    const [discount, wall, potential] = this.controls.map(({ element }) => element);
    potential.dataset.changes = table.ofPotential.join(" ");
    const tools = h("div", { class: "mg-picks" }, this.brushes.element, wall);
    const start = h("div", { class: "mg-picks" }, this.presets.element, this.reset);
    const hint = h("p", { class: "mg-story" }, table.hint);
    return h("div", { class: "mg-columns mg-painting" },
      h("div", {}, start, this.room.element, tools, hint, discount),
      h("div", {}, h("p", { class: "mg-heading" }, table.gallery), h("div", { class: "mg-picks" }, potential), this.gallery));
  }

  /** The button is of no use any more, so that the room takes its place. */
  #restart() {
    this.choices.paint(this.table.start);
    this.room.focus();
  }

  #painted(cell, level) {
    const { paint } = this.choices.values();
    return paint.slice(0, cell) + this.table.letters[level] + paint.slice(cell + 1);
  }

  update() {
    const { table } = this;
    const { paint, discount, potential, wall } = this.choices.values();
    const levels = [...paint].map((letter) => table.letters.indexOf(letter));
    const reward = levels.map((level) => table.levels[level]);
    const sweeps = this.sweeps[this.choices.indices.discount];
    const rooms = [this.rooms[0], this.rooms[Number(wall)]];
    const found = new Rivals(table, rooms, { reward, discount, sweeps, potential });
    this.room.update(levels, found, wall ? table.walls : []);
    this.gallery.replaceChildren(...found.here.map((rival, i) => rivalCard(table, rival, i)));
    this.#tell(painterSentence(table, found, wall), discount, paint);
  }

  #tell(words, discount, paint) {
    const { table } = this;
    this.say.replaceChildren(...sentence(words));
    this.note.textContent = filled(table.note, { discount });
    this.presets.update(paint);
    this.reset.disabled = paint === table.start;
    for (const control of this.controls) control.refresh();
    const cell = this.room.element.contains(document.activeElement) ? `${this.room.said}. ` : "";
    this.live.say(cell + plain(words));
  }

  stop() {
    for (const part of [this.choices, this.live, this.source, ...this.controls]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new PainterExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
