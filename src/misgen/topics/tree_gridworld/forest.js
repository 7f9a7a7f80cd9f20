// The forest: an endless run over time, and its agent of any moment in forests of its own.

import { announcer, Choices, frame, h, plain, readArrays, sentence, sourceLine, STEP } from "../../explore/js/shared.js";
import { controlOf } from "../../explore/js/controls.js";
import { ChopProfile, RunChart } from "./chart.js";
import { ForestStage, recordingReader, SmallForests } from "./grid.js";
import { Player } from "../../explore/js/player.js";

const CONTROLS = ["run", "seed", "time", "trees"];

class ForestExplorer {
  constructor(model, el) {
    this.table = model.get("table");
    this.arrays = readArrays(model);
    this.recording = recordingReader(this.arrays);
    const controls = CONTROLS.map((name) => this.table.controls[name]);
    this.choices = new Choices(model, [...controls, STEP], () => this.update());
    this.#build(model, el);
    this.update();
    this.live.listen();
  }

  #build(model, el) {
    const { table, choices } = this;
    this.live = announcer();
    this.controls = Object.fromEntries(CONTROLS.map((name) =>
      [name, controlOf(table.controls[name], choices, () => this.#announce())]));
    this.chart = new RunChart(table, this.arrays, (i) => choices.choose("time", i));
    this.small = new SmallForests(this.arrays);
    this.profile = new ChopProfile(this.arrays);
    this.player = new Player([new ForestStage(table)], { onstep: (step) => choices.noteStep(step) });
    this.heading = h("p", { class: "mg-heading" });
    this.story = h("p", { class: "mg-story" });
    this.say = h("p", { class: "mg-say" });
    this.source = sourceLine(table.source, model);
    const parts = [this.#columns(), this.say, this.source.element, this.live.element];
    el.append(frame(table.title, table.subtitle, ...parts));
  }

  #columns() {
    const { run, seed, time, trees } = this.controls;
    const picks = h("div", { class: "mg-picks" }, run.element, seed.element);
    return h("div", { class: "mg-columns mg-forests" },
      h("div", {}, picks, this.chart.element, h("div", { class: "mg-undertime" }, time.element),
        this.chart.legend, this.small.element, this.story),
      h("div", {}, this.heading, this.player.area, trees.element, this.profile.element));
  }

  // ------------------------------------------------------------------------- what is shown

  /** Numbers of the film, the span of its run, the frozen agent, and its recording. */
  get chosen() {
    const { arrays, table, choices } = this;
    const { run, seed, time, trees } = choices.indices;
    const [, moments, densities] = arrays.start.shape;
    const film = run * table.controls.seed.values.length + seed;
    const now = film * arrays.moment.shape[1] + time;
    const agent = film * moments + arrays.moment[now];
    return { film, now, agent, recorded: agent * densities + trees };
  }

  #words() {
    const { now, agent, recorded } = this.chosen;
    const places = { tick: now, reward: now, empty: now, moment: agent, chops: recorded, dead: recorded };
    const word = ([name, at]) => [name, this.table.texts[this.arrays[`text.${name}`][at]]];
    return { trees: String(this.choices.values().trees), ...Object.fromEntries(Object.entries(places).map(word)) };
  }

  #said(words) {
    const filled = (text) => text.replace(/\{([a-z]+)\}/g, (_, name) => words[name]);
    return [...this.table.now, ...this.table.frozen].map(([tag, text]) => [tag, filled(text)]);
  }

  // ------------------------------------------------------------------------------- updates

  update() {
    const words = this.#words();
    const said = this.#said(words);
    const { time } = this.choices.indices;
    const { film, agent, recorded } = this.chosen;
    const recording = this.recording(recorded);
    for (const control of Object.values(this.controls)) control.refresh();
    this.chart.show(film, time, `Chart of the run. At step ${words.tick}: reward per step ${words.reward}, forests without trees ${words.empty}.`);
    const counts = this.small.show(film, time);
    this.heading.textContent = `Its agent of step ${words.moment}, frozen`;
    this.profile.show(agent, this.choices.values().trees);
    this.player.load([recording], [altOf(recording, words)], { at: this.choices.values().step });
    this.story.textContent = `The first ${counts.length} forests of the run at step ${words.tick} have ${counts.join(", ")} trees.`;
    this.say.replaceChildren(...sentence(said));
    this.#announce(said);
  }

  #announce(said = this.#said(this.#words())) {
    if (this.controls.time.tour?.playing) return;
    this.live.say(plain(said));
  }

  stop() {
    const parts = [this.choices, this.live, this.source, this.chart, this.profile, this.player, ...Object.values(this.controls)];
    for (const part of parts) part.stop();
  }
}

function altOf({ stands, chopped, steps }, { moment, trees }) {
  const left = stands[steps].filter(Boolean).length;
  return `The agent of step ${moment} in a forest with ${trees} trees at the start: it chops ${chopped[steps]} in ${steps} steps, and ${left} are left.`;
}

function render({ model, el }) {
  const explorer = new ForestExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
