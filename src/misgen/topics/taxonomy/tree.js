// A tree of alignment: its nodes are reached by one press of Tab, and then by the arrow keys.

import { h, onWidth, s } from "../../explore/js/shared.js";

const NARROW_BELOW = 460; // pixels: then the tree is an outline, readable on a phone
const LOOKS = ["fails", "holds", "open", "lit"];

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
    const { width, height, boxes, arrows, heads, labels } = tree.layouts[this.shape];
    const hadFocus = this.element.contains(document.activeElement);
    this.items = tree.nodes.map((node, i) => this.#item(node, i, boxes[i]));
    this.lines = arrows.map(([child, d]) => [child, s("path", { class: "mg-arrow", d })]);
    this.heads = heads.map(([parent, d]) => [parent, s("path", { d })]);
    this.strokes = s("g", {}, ...this.lines.map(([, path]) => path));
    const still = s("g", { "aria-hidden": "true" },
      this.strokes,
      ...this.heads.map(([, path]) => path),
      ...labels.map(([x, y, anchor, text]) => s("text", { class: "mg-implies", x, y, "text-anchor": anchor }, text)));
    const svg = s("svg", { role: "none", viewBox: `0 0 ${width} ${height}`, style: `max-width:${width * 1.12}px` },
      still, ...this.items.map(({ element }) => element));
    this.element.setAttribute("aria-label", `${tree.name}. ${tree.outline}`);
    this.element.setAttribute("aria-orientation", this.shape === "wide" ? "horizontal" : "vertical");
    this.element.replaceChildren(svg);
    this.#mark();
    if (hadFocus) this.items[this.node].element.focus();
  }

  #item(node, i, [x, y, width, height, squeeze]) {
    const middle = x + width / 2;
    const squeezed = squeeze ? { textLength: squeeze, lengthAdjust: "spacingAndGlyphs" } : {};
    const tag = s("text", { class: "mg-tag", x: middle, y: y + 40, "text-anchor": "middle" });
    const siblings = node.parent < 0 ? [i] : this.tree.nodes[node.parent].children;
    const element = s("g", {
      role: "treeitem", class: "mg-node", "aria-level": node.level, "aria-setsize": siblings.length,
      "aria-posinset": siblings.indexOf(i) + 1, onclick: () => this.#go(i),
      ...(node.children.length ? { "aria-expanded": "true" } : {}),
    },
    s("rect", { x, y, width, height, rx: 9 }),
    s("text", { class: "mg-nodename", x: middle, y: y + 22, "text-anchor": "middle", ...squeezed }, node.name),
    tag);
    return { element, tag };
  }

  #mark() {
    this.items.forEach(({ element, tag }, i) => {
      const code = this.codes[i];
      const chosen = i === this.node;
      element.setAttribute("class", `mg-node mg-node-${LOOKS[code]}${chosen ? " mg-on" : ""}`);
      element.setAttribute("aria-selected", String(chosen));
      element.setAttribute("aria-label", `${this.tree.nodes[i].name}: ${this.table.tags[code].slice(2)}`);
      element.setAttribute("tabindex", chosen ? "0" : "-1");
      tag.textContent = this.table.tags[code];
    });
    for (const [parent, path] of this.heads) {
      path.setAttribute("class", this.#fails(parent) ? "mg-arrowhead mg-head-fails" : "mg-arrowhead");
    }
    for (const [child, path] of this.lines) {
      path.setAttribute("class", this.#fails(child) ? "mg-arrow mg-arrow-fails" : "mg-arrow");
      if (this.#fails(child)) this.strokes.append(path); // over the others
    }
  }

  #fails(i) {
    return ["fails", "lit"].includes(LOOKS[this.codes[i]]);
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
    const up = parent < 0 ? undefined : parent;
    if (key === "Home") return 0;
    if (key === "End") return nodes.length - 1;
    if (key === "Enter" || key === " ") return this.node;
    if (this.shape === "wide") {
      const siblings = parent < 0 ? [0] : nodes[parent].children;
      const at = siblings.indexOf(this.node);
      return { ArrowUp: up, ArrowDown: children[0], ArrowLeft: siblings[at - 1], ArrowRight: siblings[at + 1] }[key]
        ?? (key.startsWith("Arrow") ? undefined : null);
    }
    return { ArrowUp: this.node - 1 < 0 ? undefined : this.node - 1, ArrowDown: nodes[this.node + 1] && this.node + 1, ArrowLeft: up, ArrowRight: children[0] }[key]
      ?? (key.startsWith("Arrow") ? undefined : null);
  }

  stop() {
    this.unwatch();
  }
}
