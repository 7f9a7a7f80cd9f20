// The trees of alignment: choose a node or an experiment. Every word comes from Python.

import { announcer, bookLink, Choices, frame, h, plain, selector, sentence, sourceLine } from "../../explore/js/shared.js";
import { AlignmentTree } from "./tree.js";

class TaxonomyExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.model = model;
    const { trees, experiments, nodes } = this.table;
    const controls = [
      { name: "tree", values: trees.map(({ id }) => id) },
      { name: "experiment", values: experiments.map(({ id }) => id) },
      { name: "node", values: nodes, start: Math.max(0, nodes.indexOf("objective")) },
    ];
    this.choices = new Choices(model, controls, () => this.update());
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    this.live = announcer();
    this.trees = selector(choices, "tree", "Tree", table.trees.map(({ name }) => name));
    this.experiments = selector(choices, "experiment", "Experiment", table.experiments.map(({ label }) => label), "Next experiment");
    this.picture = new AlignmentTree(table, (i) => this.#chooseNode(i));
    this.say = h("p", { class: "mg-say" });
    this.doubt = h("p", { class: "mg-doubt" });
    this.see = h("p", { class: "mg-see" });
    this.meaning = h("div", { class: "mg-meaning" });
    this.note = h("p", { class: "mg-story" });
    this.source = sourceLine(table.source, model);
    const picks = h("div", { class: "mg-picks mg-stacked" }, this.experiments.element, this.trees.element);
    const board = h("div", { class: "mg-columns mg-taxonomy" },
      h("div", {}, this.picture.element, h("p", { class: "mg-story" }, table.arrows)),
      h("div", { class: "mg-told" }, this.say, this.doubt, this.see, this.meaning), this.note);
    el.append(frame(table.title, table.subtitle, picks, board, this.source.element, this.live.element));
  }

  #chooseNode(i) {
    this.choices.choose("node", this.table.nodes.indexOf(this.tree.nodes[i].id));
  }

  // ------------------------------------------------------------------------- what is shown

  get tree() {
    return this.table.trees[this.choices.indices.tree];
  }

  /** The chosen node; where this tree has none of its name, the root. */
  get node() {
    const { node } = this.choices.values();
    return Math.max(0, this.tree.nodes.findIndex(({ id }) => id === node));
  }

  #links(experiment) {
    const links = experiment.links.flatMap(([text, address]) => [", ", bookLink(this.model, address, text)]);
    return links.slice(1);
  }

  update() {
    const { tree, node, choices } = this;
    const at = choices.indices.experiment;
    const experiment = this.table.experiments[at];
    this.trees.update();
    this.experiments.update();
    this.picture.show(tree, node, tree.codes[at]);
    this.say.replaceChildren(...sentence(tree.said[at]));
    this.doubt.hidden = !experiment.doubt;
    this.doubt.replaceChildren(h("strong", {}, "Caution: "), experiment.doubt);
    this.see.replaceChildren("See it: ", ...this.#links(experiment), ` (${experiment.chapter}).`);
    this.note.textContent = `About this tree. ${tree.note}`;
    this.#showMeaning(tree.nodes[node]);
    this.#announce(at, tree, tree.nodes[node]);
  }

  #showMeaning({ name, definition, arrow, source, fails, none }) {
    const items = fails.map((i) => this.table.experiments[i])
      .map((each) => h("li", {}, each.name, ": ", ...this.#links(each)));
    this.meaning.replaceChildren(
      h("p", { class: "mg-heading" }, name),
      h("p", {}, definition),
      ...(arrow ? [h("p", { class: "mg-into" }, arrow)] : []),
      h("p", { class: "mg-from" }, "Source: ", h("a", { href: source.url }, source.text), "."),
      h("p", { class: "mg-heading" }, `Experiments of the book in which ${name} fails`),
      fails.length ? h("ul", {}, ...items) : h("p", {}, none));
  }

  /** Say what changed: the experiment, or else the node. */
  #announce(experiment, tree, { name, definition }) {
    const told = `${experiment} ${tree.id}`;
    const text = told === this.told ? `${name}. ${definition}` : plain(tree.said[experiment]);
    this.told = told;
    this.live.say(text);
  }

  stop() {
    for (const part of [this.choices, this.live, this.source, this.picture]) part.stop();
  }
}

function render({ model, el }) {
  const explorer = new TaxonomyExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
