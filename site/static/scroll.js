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
export function keepScrollersReachable() {
  letKeyboardScroll();
  addEventListener("load", letKeyboardScroll);
  addEventListener("resize", letKeyboardScroll);
  document.addEventListener("toggle", letKeyboardScroll, true);
  globalThis.MathJax?.startup?.promise?.then(letKeyboardScroll);
}
