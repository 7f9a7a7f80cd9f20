// The pictures of the assistant: its answers to a week, the calendar, and all assistants at a glance.

import { h, s } from "../../explore/js/shared.js";
import { filled, inkOf } from "./model.js";

const ELSEWHERE = 0.02; // a smaller chance of places that are not offered is not shown

const percent = (share) => `${Math.round(100 * share)} %`;

/** A probability as a bar of the width of its cell. */
function bar(share, ink) {
  const rect = (width, cls) => s("rect", { class: cls, width: (100 * width).toFixed(1), height: 10, rx: 1 });
  return s("svg", {
    class: `mg-chance mg-ink-${ink}`, viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true",
  }, rect(1, "mg-railbar"), rect(share, "mg-fillbar"));
}

/** A tick or a cross, with its word for those who do not see it. */
function mark({ says }, right) {
  return h("b", { class: right ? "mg-is-right" : "mg-is-wrong" }, right ? "✓ " : "✗ ",
    h("span", { class: "mg-unseen" }, right ? `${says.right}: ` : `${says.wrong}: `));
}

/** What one assistant answers: a row for each offered place, a column for each head. */
export class AnswerTable {
  constructor(table) {
    this.table = table;
    const { says } = table;
    this.heads = ["preferred", "known", "booked"].map((name) => h("b", { class: `mg-head-${name}` }));
    const head = (label, answer) => h("th", { scope: "col" }, h("span", {}, label), answer);
    const labels = [says.you_prefer, says.knows, says.books];
    this.rows = table.week.listed.map((place) => this.#row(table.places[place].label));
    this.other = this.#row(says.unlisted);
    this.other.chip.hidden = true;
    this.element = h("table", { class: "mg-answers" },
      h("thead", {}, h("tr", {}, ...labels.map((label, i) => head(label, this.heads[i])))),
      h("tbody", {}, ...this.rows.map(({ row }) => row), this.other.row));
  }

  #row(name) {
    const chip = h("span", { class: "mg-chip" }, "★", h("span", { class: "mg-unseen" }, ` ${this.table.says.chip}`));
    const cells = [h("td"), h("td")];
    return { chip, cells, row: h("tr", {}, h("th", { scope: "row" }, name, chip), ...cells) };
  }

  show({ answers, chosen, listed, preferred, suits }) {
    const { table } = this;
    const { knows, books, known, booked, when } = answers[chosen];
    this.#headings({ preferred, known, booked, when, suits });
    this.rows.forEach(({ row, chip, cells }, i) => {
      const place = listed[i];
      const ink = inkOf(table, place, preferred);
      row.classList.toggle("mg-preferred", place === preferred);
      chip.hidden = place !== preferred;
      this.#cell(cells[0], knows[place], ink, place === known);
      this.#cell(cells[1], books[place], ink, place === booked);
    });
    const elsewhere = Math.max(0, 1 - listed.reduce((sum, place) => sum + knows[place], 0));
    this.#cell(this.other.cells[0], elsewhere, "mute", !listed.includes(known));
    this.other.row.hidden = elsewhere < ELSEWHERE && listed.includes(known);
  }

  #headings({ preferred, known, booked, when, suits }) {
    const { places, week } = this.table;
    const [truth, knowledge, booking] = this.heads;
    const day = [" ", h("span", { class: "mg-when" }, week.days[when], " ", mark(this.table, suits[when]))];
    truth.replaceChildren("★ ", places[preferred].label);
    knowledge.replaceChildren(mark(this.table, known === preferred), places[known].label);
    booking.replaceChildren(mark(this.table, booked === preferred), places[booked].label, ...day);
  }

  #cell(cell, share, ink, chosen) {
    cell.replaceChildren(bar(share, ink), h("span", { class: "mg-share" }, percent(share)));
    cell.classList.toggle("mg-chosen", chosen);
  }
}

/** Five days of two people, and when the assistant books. */
export class Calendar {
  constructor(table) {
    this.table = table;
    const { says, week } = table;
    const short = week.days.map((day) => h("th", { scope: "col", abbr: day }, day.slice(0, 3)));
    const row = (name) => {
      const cells = week.days.map(() => h("td"));
      return { cells, element: h("tr", {}, h("th", { scope: "row" }, name), ...cells) };
    };
    this.rows = [says.you, week.friend].map(row);
    this.booking = row(says.books);
    this.element = h("table", { class: "mg-week" },
      h("thead", {}, h("tr", {}, h("td", {}, h("span", { class: "mg-unseen" }, says.calendar)), ...short)),
      h("tbody", {}, ...this.rows.map(({ element }) => element), this.booking.element));
  }

  show({ answers, chosen, days, suits }) {
    const { says } = this.table;
    const { day, when } = answers[chosen];
    this.rows.forEach(({ cells }, who) => cells.forEach((cell, i) => {
      cell.textContent = days[who][i] === "1" ? says.free : says.busy;
      cell.classList.toggle("mg-both", suits[i]);
    }));
    this.booking.cells.forEach((cell, i) => {
      cell.classList.toggle("mg-both", suits[i]);
      cell.classList.toggle("mg-chosen", i === when);
      cell.textContent = percent(day[i]);
    });
  }
}

let lists = 0; // radio buttons of one list share a name, and no two lists do

/** Every assistant in a row: what it knows, what it books; one of them is looked at. */
export class Everyone {
  constructor(table, { values, labels }, choose) {
    this.table = table;
    lists += 1;
    const { says } = table;
    this.rows = values.map((_, k) => {
      const input = h("input", { type: "radio", name: `mg-everyone-${lists}`, onchange: () => choose(k) });
      const [knows, books] = [h("span", {}), h("span", {})];
      const name = h("span", { class: "mg-who" }, labels[k]);
      return { input, knows, books, label: h("label", { class: "mg-one" }, input, name, knows, books) };
    });
    const heads = [says.row, says.seeds_know, says.seeds_book].map((text) => h("span", {}, text));
    this.element = h("fieldset", { class: "mg-everyone" },
      h("legend", {}, filled(says.assistants, { count: values.length })),
      h("p", { class: "mg-one mg-ones", "aria-hidden": "true" }, h("span", {}), ...heads),
      ...this.rows.map(({ label }) => label));
  }

  show({ answers, chosen, preferred, suits }) {
    const { table } = this;
    const { says, places, week } = table;
    const unseen = (text) => h("span", { class: "mg-unseen" }, text);
    this.rows.forEach(({ input, knows, books }, k) => {
      const { known, booked, when } = answers[k];
      input.checked = k === chosen;
      knows.replaceChildren(unseen(`${says.seeds_know} `), mark(table, known === preferred), places[known].label);
      const day = suits[when] ? [] : [", ", week.days[when], " ", mark(table, false)];
      const place = h("span", { class: `mg-${inkOf(table, booked, preferred)}` }, places[booked].label);
      books.replaceChildren(unseen(`${says.seeds_book} `), mark(table, booked === preferred), place, ...day);
    });
  }
}
