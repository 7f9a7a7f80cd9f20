// The quiz: choose, check, read the feedback, try again. The first try counts.

import { announcer, frame, h, plain, sentence } from "./shared.js";

let groups = 0; // radio buttons of one question share a name, and no two questions do

class QuestionView {
  constructor({ prompt, options }, number, onfirst, say) {
    Object.assign(this, { options, onfirst, say, tries: 0 });
    groups += 1;
    const id = `mg-quiz-prompt-${groups}`;
    this.radios = options.map((_, i) => h("input", { type: "radio", name: `mg-quiz-${groups}`, value: i }));
    this.labels = options.map(({ text }, i) =>
      h("label", { class: "mg-option" }, this.radios[i], h("span", {}, ...sentence(text))));
    this.feedback = h("p", { class: "mg-feedback", hidden: true });
    const onclick = () => this.#check();
    this.check = h("button", { type: "button", class: "mg-button", disabled: true, onclick }, "Check");
    // folded, so that a page does not end in a wall of questions
    this.element = h("details", { class: "mg-question", onchange: () => this.#choose() },
      h("summary", { id }, h("span", { class: "mg-number" }, `${number}`), h("span", {}, ...sentence(prompt))),
      h("div", { role: "radiogroup", "aria-labelledby": id }, ...this.labels),
      h("div", { class: "mg-checkline" }, this.check, this.feedback));
  }

  #choose() {
    this.check.disabled = false;
    this.feedback.hidden = true;
    this.#mark(-1);
  }

  #mark(chosen) {
    this.labels.forEach((label, i) => {
      label.classList.toggle("mg-right", i === chosen && this.options[i].correct);
      label.classList.toggle("mg-wrong", i === chosen && !this.options[i].correct);
    });
  }

  #check() {
    const chosen = this.radios.findIndex((radio) => radio.checked);
    const { correct, feedback } = this.options[chosen];
    this.tries += 1;
    this.#mark(chosen);
    const verdict = correct ? "Right. " : "Not quite. ";
    this.feedback.replaceChildren(h("strong", {}, verdict), ...sentence(feedback));
    this.feedback.hidden = false;
    this.say(verdict + plain(feedback));
    if (this.tries === 1) this.onfirst(correct);
  }
}

class QuizExplorer {
  constructor(model, el) {
    const { title, questions } = model.get("table");
    this.count = questions.length;
    this.right = this.answered = 0;
    this.live = announcer();
    const views = questions.map((question, i) =>
      new QuestionView(question, i + 1, (correct) => this.#first(correct), this.live.say));
    this.score = h("p", { class: "mg-score" });
    el.append(frame(title, null, ...views.map((view) => view.element), this.score, this.live.element));
    this.#showScore();
    this.live.listen();
  }

  #first(correct) {
    this.answered += 1;
    this.right += correct ? 1 : 0;
    this.#showScore();
  }

  #showScore() {
    this.score.textContent =
      `Answered: ${this.answered} of ${this.count}. Right at the first try: ${this.right}.`;
  }

  stop() {
    this.live.stop();
  }
}

function render({ model, el }) {
  const explorer = new QuizExplorer(model, el);
  return () => explorer.stop();
}

export default { render };
