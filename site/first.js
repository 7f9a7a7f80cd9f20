// Runs before all else on each page, as a plain script: it works where modules do not. What the
// theme writes into the head is put behind it, into one file (policy.py).

(() => {
  document.documentElement.dataset.scripted = ""; // else each page says why nothing moves (stills.py)

  /** Where a browser keeps nothing for a page, as in some frames, it is kept until the page closes. */
  function standIn() {
    const kept = new Map();
    return {
      getItem: (name) => kept.get(String(name)) ?? null,
      setItem: (name, value) => void kept.set(String(name), String(value)),
      removeItem: (name) => void kept.delete(String(name)),
      clear: () => kept.clear(),
      key: (i) => [...kept.keys()][i] ?? null,
      get length() { return kept.size; },
      endsWithThePage: true,
    };
  }

  function works(name) {
    const probe = "misgen-probe";
    try {
      window[name].setItem(probe, ""); // to read may be allowed where to write is not
      window[name].removeItem(probe);
      return true;
    } catch {
      return false;
    }
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    if (!works(name)) Object.defineProperty(window, name, { value: standIn(), configurable: true });
  }

  const NOT_FROM_A_FILE = "This page was opened as a file, and browsers start no interactive figure from one: "
    + "open the book at its address on the web, or run make serve in a copy of it and open the address that it prints.";
  const NOT_IN_THIS_FRAME = "The frame around this page keeps its interactive figures from loading: open the page "
    + "in a window of its own, at ";
  const NOT_LOADED = "The script of the interactive figures did not load: reload the page to try again.";

  function whyNothingMoves() {
    if (location.protocol === "file:") return [NOT_FROM_A_FILE];
    if (self.origin !== "null") return [NOT_LOADED];
    const link = document.createElement("a");
    Object.assign(link, { href: location.href, target: "_blank", rel: "noopener", textContent: location.href });
    return [NOT_IN_THIS_FRAME, link, "."];
  }

  // host.js is a module, and has run by now if it could be loaded.
  addEventListener("load", () => {
    if ("hosted" in document.documentElement.dataset) return;
    for (const explorer of document.querySelectorAll(".misgen-explorer")) {
      const note = document.createElement("p");
      note.className = "misgen-failed";
      note.append(...whyNothingMoves());
      explorer.append(note);
    }
  });

  addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-print]")) print();
  });

  // -------------------------------------------------------------------------------- alone
  //
  // An address such as `coinrun.html?alone#explorer-dial` shows one figure and nothing around it, for
  // slides and for frames in other sites (book.css). Whoever asks for one wants to see it, so that no
  // prediction covers it.

  const isAlone = new URLSearchParams(location.search).has("alone");

  function leaveAlone() {
    delete document.documentElement.dataset.looking;
    const shown = document.getElementById(location.hash.slice(1));
    if (!shown) { // then it is a page as any other
      coverPredictions();
      return;
    }
    const around = [];
    for (let part = shown.parentElement; part; part = part.parentElement) around.push(part);
    for (const part of around) {
      part.dataset.around = "";
      if (part.tagName === "DETAILS") part.open = true;
    }
    shown.dataset.alone = "";
  }

  if (isAlone) {
    document.documentElement.dataset.looking = ""; // a slow machine would show the whole page first
    // all is read, and no other script has begun
    document.addEventListener("readystatechange", leaveAlone, { once: true });
  }

  // ------------------------------------------------------------------------------- covers
  //
  // What follows a prediction stays covered on the screen until the reader has answered it, or passed
  // it over (covers.py marks the blocks, explore/js/prediction.js keeps the answer). A style sheet of
  // the script's own covers it before the first of it is drawn, and leaves paper alone.

  const GUESSES = "misgen.guess.";
  const OFF = "misgen.covers"; // "false" for who wants nothing covered; see explore/js/guesses.js

  /** `predictions` are pairs of the key on the page and the name of what is kept, in their order. */
  function coverBehind(predictions) {
    const isKept = ([, name]) => localStorage.getItem(GUESSES + name) !== null;
    const opened = new Set(predictions.filter(isKept).map(([, name]) => name));
    const covers = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, covers];

    function cover() {
      const closed = predictions.filter(([, name]) => !opened.has(name)).map(([key]) => key);
      const rules = closed.map((key) => `
        .misgen-after-${key} { display: none !important; }
        .misgen-until-${key} { display: block !important; }`);
      covers.replaceSync(`@media screen { ${rules.join("")} }`);
    }

    function set(name, isOpen) {
      if (!predictions.some(([, each]) => each === name) || opened.has(name) === isOpen) return;
      if (isOpen) opened.add(name);
      else opened.delete(name);
      cover();
      dispatchEvent(new Event("resize")); // who measures the page does so anew
    }

    function passOver([, name]) {
      try {
        localStorage.setItem(GUESSES + name, JSON.stringify({ choice: null })); // its explorer adds the words
      } catch { /* full: it is open until the page closes */ }
      dispatchEvent(new CustomEvent("misgen:guess", { detail: { name, isOpen: true } }));
    }

    /** A link that leads behind a prediction passes it over. */
    function openTarget() {
      const target = document.getElementById(location.hash.slice(1));
      const before = predictions.filter(([key, name]) => !opened.has(name) && target?.closest(`.misgen-after-${key}`));
      before.forEach(passOver);
      if (before.length) target.scrollIntoView();
    }

    cover();
    addEventListener("misgen:guess", ({ detail }) => set(detail.name, detail.isOpen));
    addEventListener("storage", ({ key, newValue }) => { // of another tab, which only opens
      if (newValue !== null && key?.startsWith(GUESSES)) set(key.slice(GUESSES.length), true);
    });
    addEventListener("DOMContentLoaded", openTarget);
    addEventListener("hashchange", openTarget);
    addEventListener("load", () => { // nobody can answer what does not start
      if (!("hosted" in document.documentElement.dataset)) predictions.forEach(([, name]) => set(name, true));
    });
  }

  function coverPredictions() {
    const mark = document.querySelector("meta[name=misgen-predictions]")?.content;
    const isWanted = localStorage.getItem(OFF) !== "false";
    if (mark && isWanted && "adoptedStyleSheets" in document) coverBehind(mark.split(" ").map((pair) => pair.split("=")));
  }

  if (!isAlone) coverPredictions();
})();
