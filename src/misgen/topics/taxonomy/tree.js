// A tree of alignment: its nodes are reached by one press of Tab, and then by the arrow keys.

import { h, onWidth, s } from "../../explore/js/shared.js";

const NARROW_BELOW = 460; // pixels: then the tree is an outline, readable on a phone

// Units of the picture. Wide, the tree grows downwards from the root, a column for each leaf; narrow, it
// is an outline, a row for each node.
const HEIGHT = 50; // of a node
const [WIDE, COLUMN, NODE, GAP] = [504, 168, 160, 58];
const [NARROW, INDENT, GAP_ABOVE_PARTS, ROW_GAP] = [300, 24, 30, 12];
const LETTER = 8; // of a name, at most

function inColumns(nodes) {
  const leaves = nodes.filter(({ children }) => !children.length);
  const start = (WIDE - leaves.length * COLUMN) / 2;
  const first = (node) => (node.children.length ? first(nodes[node.children[0]]) : leaves.indexOf(node));
  const last = (node) => (node.children.length ? last(nodes[node.children.at(-1)]) : leaves.indexOf(node));
  return nodes.map((node) => ({
    x: start + ((first(node) + last(node)) / 2) * COLUMN + (COLUMN - NODE) / 2,
    y: (node.level - 1) * (HEIGHT + GAP) + 2,
    width: NODE,
  }));
}

function inRows(nodes) {
  let top = 2;
  return nodes.map(({ level, children }) => {
    const [x, y] = [(level - 1) * INDENT + 1, top];
    top += HEIGHT + (children.length ? GAP_ABOVE_PARTS : ROW_GAP);
    return { x, y, width: NARROW - 2 - x };
  });
}

/** Where each node is drawn, the tip of the arrows that end at it, and the path to its parent's tip. */
export function layout(nodes, shape) {
  const wide = shape === "wide";
  const boxes = wide ? inColumns(nodes) : inRows(nodes);
  const tips = boxes.map(({ x, y, width }, i) =>
    (nodes[i].children.length ? [wide ? x + width / 2 : x + 12, y + HEIGHT + 2] : null));
  const toTip = ({ x, y, width }, [tipX, tipY]) => (wide
    ? `M${x + width / 2} ${y - 1}V${tipY + 32}H${tipX}V${tipY + 8}`
    : `M${x - 1} ${y + HEIGHT / 2}H${tipX}V${tipY + 8}`);
  const arrows = nodes.map(({ parent }, i) => (parent < 0 ? null : toTip(boxes[i], tips[parent])));
  const height = Math.max(...boxes.map(({ y }) => y)) + HEIGHT + 2;
  return { width: wide ? WIDE : NARROW, height, boxes, tips, arrows };
}

export class AlignmentTree {
  /** `choose(node)` is called with the number of a node. */
  constructor(table, choose) {
    Object.assign(this, { table, choose });
    this.element = h("div", { class: "mg-alignment", role: "tree", onkeydown: (event) => this.#key(event) });
    this.unwatch = onWidth(this.element, (width) => this.#resize(width));
  }

  #resize(width) {
    const shape = width < NARROW_BELOW ? "narrow" : "wide";
    if (shape === this.shape) return;
    this.shape = shape;
    if (this.tree) this.#draw();
  }

  /** Show a tree with a node chosen, and what the experiment says of each node. */
  show(tree, node, codes) {
    const other = tree !== this.tree;
    Object.assign(this, { tree, node, codes });
    if (!this.shape) return;
    if (other) this.#draw();
    else this.#mark();
  }

  // ------------------------------------------------------------------------------ picture

  #draw() {
    const { tree } = this;
    const { width, height, boxes, tips, arrows } = layout(tree.nodes, this.shape);
    const hadFocus = this.element.contains(document.activeElement);
    this.items = tree.nodes.map((node, i) => this.#item(node, i, boxes[i]));
    this.lines = arrows.map((d) => d && s("path", { class: "mg-arrow", d }));
    this.heads = tips.map((tip) => tip && s("path", { d: `M${tip[0]} ${tip[1]}l5.5 10h-11z` }));
    this.strokes = s("g", {}, ...this.lines);
    const below = this.shape === "wide" ? 22 : 18;
    const labels = tips.map((tip, i) =>
      tip && s("text", { class: "mg-implies", x: tip[0] + 12, y: tip[1] + below }, tree.nodes[i].implies));
    const still = s("g", { "aria-hidden": "true" }, this.strokes, ...this.heads, ...labels);
    const svg = s("svg", { role: "none", viewBox: `0 0 ${width} ${height}`, style: `max-width:${width * 1.12}px` },
      still, ...this.items.map(({ element }) => element));
    this.element.setAttribute("aria-label", `${tree.name}. ${tree.outline}`);
    this.element.setAttribute("aria-orientation", this.shape === "wide" ? "horizontal" : "vertical");
    this.element.replaceChildren(svg);
    this.#mark();
    if (hadFocus) this.items[this.node].element.focus();
  }

  #item(node, i, { x, y, width }) {
    const middle = x + width / 2;
    const room = width - 10;
    const squeezed = node.name.length * LETTER > room ? { textLength: room, lengthAdjust: "spacingAndGlyphs" } : {};
    const tag = s("text", { class: "mg-tag", x: middle, y: y + 40, "text-anchor": "middle" });
    const siblings = node.parent < 0 ? [i] : this.tree.nodes[node.parent].children;
    const element = s("g", {
      role: "treeitem", class: "mg-node", "aria-level": node.level, "aria-setsize": siblings.length,
      "aria-posinset": siblings.indexOf(i) + 1, onclick: () => this.#go(i),
      ...(node.children.length ? { "aria-expanded": "true" } : {}),
    },
    s("rect", { x, y, width, height: HEIGHT, rx: 9 }),
    s("text", { class: "mg-nodename", x: middle, y: y + 22, "text-anchor": "middle", ...squeezed }, node.name),
    tag);
    return { element, tag };
  }

  #mark() {
    this.items.forEach(({ element, tag }, i) => {
      const code = this.codes[i];
      const chosen = i === this.node;
      element.setAttribute("class", `mg-node mg-node-${this.table.looks[code]}${chosen ? " mg-on" : ""}`);
      element.setAttribute("aria-selected", String(chosen));
      element.setAttribute("aria-label", `${this.tree.nodes[i].name}: ${this.table.tags[code].slice(2)}`);
      element.setAttribute("tabindex", chosen ? "0" : "-1");
      tag.textContent = this.table.tags[code];
    });
    this.tree.nodes.forEach((_, i) => {
      const cut = this.#isCut(i);
      this.heads[i]?.setAttribute("class", cut ? "mg-arrowhead mg-head-cut" : "mg-arrowhead");
      this.lines[i]?.setAttribute("class", cut ? "mg-arrow mg-arrow-cut" : "mg-arrow");
      if (cut && this.lines[i]) this.strokes.append(this.lines[i]); // over the others
    });
  }

  /** Whether the arrow into a node has lost its ground, as a part below it fails. */
  #isCut(i) {
    return this.table.looks[this.codes[i]] === "unsupported";
  }

  // ----------------------------------------------------------------------------- keyboard

  #go(i) {
    this.choose(i);
    this.items[i].element.focus();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = this.#target(event.key);
    if (to === null) return;
    event.preventDefault();
    if (to !== undefined) this.#go(to);
  }

  /** The node that a key leads to; undefined: it leads nowhere, null: it is no key of the tree. */
  #target(key) {
    const { nodes } = this.tree;
    const { parent, children } = nodes[this.node];
    const siblings = parent < 0 ? [0] : nodes[parent].children;
    const place = siblings.indexOf(this.node);
    const known = (i) => (i in nodes ? i : undefined);
    const arrows = this.shape === "wide"
      ? { ArrowUp: known(parent), ArrowDown: children[0], ArrowLeft: siblings[place - 1], ArrowRight: siblings[place + 1] }
      : { ArrowUp: known(this.node - 1), ArrowDown: known(this.node + 1), ArrowLeft: known(parent), ArrowRight: children[0] };
    const keys = { ...arrows, Home: 0, End: nodes.length - 1, Enter: this.node, " ": this.node };
    return key in keys ? keys[key] : null;
  }

  stop() {
    this.unwatch();
  }
}
