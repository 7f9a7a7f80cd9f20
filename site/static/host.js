// The static host: mounts the explorers of a page without a kernel, a widget manager or a CDN.
//
// The build writes each explorer as HTML (`Explorer.html()`): a still picture, and a JSON script
// with its table, its packed data and its state. When one comes near the viewport, the host loads
// its ES module, hands it a model with anywidget's get/set/on/off/save_changes, and hides the still.
// The reader's choices live in the page's address: `?dial.distinguishing=2&dial.seed=3`.

import { Model } from "./model.js";
import { whenNear } from "./near.js";

const WRITE_ADDRESS_AFTER_MS = 250;
const WRITE_AGAIN_AFTER_MS = 3000; // Safari refuses more than 100 changes in 30 s
const TRIES = 20; // a frame without an address of its own refuses for ever

function bytesFromBase64(text) {
  const characters = atob(text ?? "");
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return new DataView(bytes.buffer); // what anywidget gives for a Bytes trait
}

/** A value from the address, in the type of the default; the default when it does not fit. */
function readAs(fallback, text) {
  if (typeof fallback === "number") return text.trim() !== "" && isFinite(text) ? Number(text) : fallback;
  if (typeof fallback === "boolean") return text === "true" || (text === "false" ? false : fallback);
  return text;
}

/** What an address chooses; `aliases` are names of choices in earlier editions. */
export function stateFromAddress(key, defaults, search, aliases = {}) {
  const query = new URLSearchParams(search);
  const chosen = { ...defaults };
  const names = [...Object.entries(aliases), ...Object.keys(defaults).map((name) => [name, name])];
  for (const [asked, name] of names) {
    const text = query.get(`${key}.${asked}`);
    if (text !== null) chosen[name] = readAs(defaults[name], text);
  }
  return chosen;
}

export function addressWithState(key, state, address, aliases = {}) {
  const url = new URL(address);
  for (const name of Object.keys(aliases)) url.searchParams.delete(`${key}.${name}`);
  for (const [name, value] of Object.entries(state)) {
    if (value !== null && typeof value !== "object") url.searchParams.set(`${key}.${name}`, value);
  }
  return url;
}

/** Brings a change into the address soon, and where the browser refuses, a little later. */
function addressWriter(change) {
  let waiting = 0;
  const write = (tries) => {
    try {
      history.replaceState(history.state, "", change());
    } catch {
      if (tries > 1) waiting = setTimeout(write, WRITE_AGAIN_AFTER_MS, tries - 1);
    }
  };
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(write, WRITE_ADDRESS_AFTER_MS, TRIES);
  };
}

/** Keeps the address and `permalink` in step with the reader's choices. */
function keepAddress(model, explorer) {
  const { key } = explorer.dataset;
  const current = () => addressWithState(key, model.get("state"), location.href, model.get("table")?.aliases);
  const write = addressWriter(current);
  const permalink = () => {
    const url = current();
    url.hash = explorer.id;
    model.set("permalink", url.href);
  };
  model.on("change:state", () => {
    permalink();
    write();
  });
  permalink();
}

function modelOf(explorer) {
  const saved = JSON.parse(explorer.querySelector("script.misgen-state").textContent);
  const state = stateFromAddress(explorer.dataset.key, saved.state ?? {}, location.search, saved.table?.aliases);
  return new Model({ ...saved, data: bytesFromBase64(saved.data), state });
}

/** Nobody can answer a prediction that did not start: what is behind it opens (first.js). */
function openBehind({ dataset: { prediction: name } }) {
  if (name) dispatchEvent(new CustomEvent("misgen:guess", { detail: { name, isOpen: true } }));
}

function sayThatItFailed(explorer, error) {
  const note = document.createElement("p");
  note.className = "misgen-failed";
  note.textContent = "The interactive figure could not start; this is its first picture. Reload the page to try again.";
  explorer.append(note);
  openBehind(explorer);
  console.error(`explorer ${explorer.id}:`, error);
}

async function mount(explorer) {
  const view = document.createElement("div");
  view.className = "misgen-view";
  try {
    const { module, key, live } = explorer.dataset;
    const { default: definition } = await import(new URL(`misgen/${module}.js`, import.meta.url));
    const model = modelOf(explorer);
    keepAddress(model, explorer);
    if (live) (await import("./live.js")).connect(model, { key, topic: live });
    explorer.append(view);
    await definition.initialize?.({ model });
    await definition.render({ model, el: view });
    explorer.dataset.mounted = "true";
    explorer.dispatchEvent(new CustomEvent("misgen:mounted", { bubbles: true }));
  } catch (error) {
    view.remove();
    sayThatItFailed(explorer, error);
  }
}

/** Paper is light: a page printed in the dark theme shows its light colours. */
function printInLight() {
  const root = document.documentElement;
  let screenTheme;
  addEventListener("beforeprint", () => {
    screenTheme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = screenTheme;
  });
}

// What scrolls sideways inside the page must be reachable by keyboard (WCAG 2.1.1).
const SCROLLERS = ".pst-scrollable-table-container, .misgen-numbers > table, div.math, pre";

function letKeyboardScroll() {
  for (const element of document.querySelectorAll(SCROLLERS)) {
    const scrolls = element.scrollWidth > element.clientWidth + 1;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

/** Looks now, when MathJax has set the formulas, when a part opens, and when the width changes. */
function keepScrollersReachable() {
  letKeyboardScroll();
  addEventListener("load", letKeyboardScroll);
  addEventListener("resize", letKeyboardScroll);
  document.addEventListener("toggle", letKeyboardScroll, true);
  globalThis.MathJax?.startup?.promise?.then(letKeyboardScroll);
}

/** MathJax could not measure the text around formulas that were covered: it does so once they open. */
function setFormulasThatOpen() {
  addEventListener("misgen:guess", () => {
    const { startup, _: parts } = globalThis.MathJax ?? {};
    startup?.document?.rerender?.(parts.core.MathItem.STATE.METRICS);
  });
}

document.documentElement.dataset.hosted = ""; // first.js says why where this never runs
whenNear(document.querySelectorAll(".misgen-explorer"), mount);
if (document.querySelector(".misgen-plot")) {
  import("./plots.js").catch((error) => console.error("charts stay as their stills:", error));
}
if (document.querySelector(".misgen-runs") && document.querySelector("meta[name=misgen-live]")) {
  import("./code_cells.js").catch((error) => console.error("code cells only show their code:", error));
}
if (document.querySelector(".misgen-notebook")) {
  import("./notebook.js").catch((error) => console.error("no notebook can be opened:", error));
}
keepScrollersReachable();
setFormulasThatOpen();
printInLight();
