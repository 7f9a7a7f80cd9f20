// Runs before all else on each page, as a plain script: it works where modules do not. What the
// theme writes into the head is put behind it, into one file (policy.py).

(() => {
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
})();
