// Shows who answers: a button that starts Python in the page, the bar of its download, why it failed.

import { h } from "./shared.js";
import { lineOf } from "./ask.js";

const SILENT_AFTER_MS = 5000; // a notebook without a kernel says nothing at all
const HANGS_AFTER_MS = 4000;
const LOOK_EVERY_MS = 1000;
const MEGABYTE = 1e6;

const NO_KERNEL = "No kernel answers: run the cell of this figure again.";
const BUSY_PAGE = "Python is busy and does not answer.";
const BUSY_KERNEL = "Python is busy: interrupt the kernel to stop it.";

const liveButton = (text, onclick) => h("button", { type: "button", class: "mg-button", onclick }, text);
const inMegabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);

/** The parts of each state: what is said, and what can be done. */
function liveParts(state, line) {
  const again = (text) => {
    const button = liveButton(text, () => line.tell("start"));
    button.classList.add("mg-primary");
    return button;
  };
  switch (state.state) {
    case "asleep": return ["", again(`Run Python here (${state.megabytes.toFixed(0)} MB)`)];
    case "loading": return ["Python is being fetched.", liveButton("Cancel", () => line.tell("stop"))];
    case "failed": return [state.reason, again("Try again")];
    case "hangs": return state.canRestart
      ? [BUSY_PAGE, liveButton("Restart Python", () => line.tell("restart"))]
      : [BUSY_KERNEL];
    case "silent": return [NO_KERNEL];
    default: return [state.reason ?? state.note ?? ""];
  }
}

/**
 * A bar that is there while Python is not; `element` goes into an explorer, `stop` ends it. What `next`
 * returns, by default the card, has the focus of the button that is gone: a game that is played by keys.
 */
export function liveBar(model, next = (card) => card) {
  const line = lineOf(model);
  const words = h("span", { role: "status" });
  const bar = h("progress", { "aria-label": "Download of Python", max: 1 });
  const amount = h("span", { class: "mg-amount" });
  const actions = h("span", {});
  const element = h("div", { class: "mg-live" }, actions, bar, amount, words);
  let shown = "";
  requestAnimationFrame(() => element.closest(".mg-root")?.setAttribute("tabindex", "-1"));

  const progress = ({ loaded = 0, total = 0 }) => {
    const isKnown = total > 0;
    if (isKnown) bar.value = loaded / total;
    else bar.removeAttribute("value");
    amount.textContent = isKnown ? `${inMegabytes(loaded)} of ${inMegabytes(total)} MB` : "";
  };
  const show = (state) => {
    const isLoading = state.state === "loading";
    bar.hidden = amount.hidden = !isLoading;
    if (isLoading) progress(state);
    const parts = JSON.stringify([state.state, state.reason, state.note]);
    if (parts === shown) return; // keeps the focus where it is
    shown = parts;
    const [text, action] = liveParts(state, line);
    const hadFocus = actions.contains(document.activeElement);
    words.textContent = text;
    actions.replaceChildren(...[action].filter(Boolean));
    const card = element.closest(".mg-root");
    if (hadFocus) (action ?? (card && next(card)))?.focus(); // what had it is gone
    element.hidden = !text && !action;
  };
  const look = () => {
    if (line.state.state !== "ready") return;
    if (line.isBusy) line.tell("ping");
    const hangs = line.isBusy && performance.now() - line.heardAt > HANGS_AFTER_MS;
    show(hangs ? { ...line.state, state: "hangs" } : line.state);
  };
  const silent = setTimeout(() => { if (line.state.state === "unknown") show({ state: "silent" }); }, SILENT_AFTER_MS);
  const looking = setInterval(look, LOOK_EVERY_MS);
  const unwatch = line.watch(show);
  show(line.state);
  const stop = () => { clearTimeout(silent); clearInterval(looking); unwatch(); };
  return { element, stop };
}
