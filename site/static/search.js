// Search results that lead to the section in which the words stand, with a piece of its prose.
//
// Sphinx gives a result's page as text: menus, labels of charts and all. Here the page is looked
// through section by section. A file opened without a server gives no page to look at; the results
// are then titles alone.

(() => {
  const NOT_PROSE = "script, style, svg, table, details.misgen-numbers, .headerlink";
  const BEFORE = 90;
  const LENGTH = 240;

  const textOf = (section) => {
    const copy = section.cloneNode(true);
    for (const block of copy.querySelectorAll("p, li, dt, dd, th, td, pre, h2, h3, h4")) block.append(" ");
    const own = copy.cloneNode(true);
    for (const inner of own.querySelectorAll("section, h1, h2, h3, h4")) inner.remove();
    const text = own.textContent.trim() || copy.textContent;
    return text.replace(/\\[()[\]]/g, "").replace(/\s+/g, " ").trim();
  };

  // Sphinx would mark the words on the page that the reader goes to, inside of explorers too.
  addEventListener("pagehide", () => localStorage.removeItem("sphinx_highlight_terms"));

  const places = (text, words) => words.map((word) => text.indexOf(word)).filter((at) => at >= 0);

  const isPage = (section) => section.matches("article > section");

  /** The section in which most of the words stand, those of its own title before others. */
  function bestSection(article, words) {
    let best = { score: -1, text: "" };
    for (const section of article.querySelectorAll("section[id]")) {
      const title = section.querySelector("h1, h2, h3, h4")?.textContent.trim() ?? "";
      const text = textOf(section);
      const count = (string) => places(string.toLowerCase(), words).length;
      const score = isPage(section) ? 10 * count(text) : 10 * count(`${title} ${text}`) + count(title);
      if (score > best.score) best = { score, section, title, text };
    }
    return best;
  }

  function snippet(text, words) {
    const first = Math.min(...places(text.toLowerCase(), words));
    const start = isFinite(first) ? Math.max(0, first - BEFORE) : 0;
    const from = start > 0 ? text.indexOf(" ", start) + 1 : 0;
    const to = from + LENGTH < text.length ? text.lastIndexOf(" ", from + LENGTH) : text.length;
    return `${from > 0 ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
  }

  /** The result's link, which is there when the summary has been put beside it, gets its end. */
  function leadTo(summary, { section, title }) {
    const link = summary.parentElement?.querySelector("a");
    if (!link || link.hash || isPage(section)) return;
    link.setAttribute("href", `${link.getAttribute("href")}#${section.id}`);
    link.append(` > ${title}`);
    const results = [...document.querySelectorAll("ul.search > li")];
    const same = results.filter((result) => result.querySelector("a").href === link.href);
    for (const result of same.slice(1)) result.remove();
  }

  Search.makeSearchSummary = (html, keywords, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const article = page.querySelector("article.bd-article");
    const summary = document.createElement("p");
    summary.className = "context";
    if (!article) return summary;
    for (const element of article.querySelectorAll(NOT_PROSE)) element.remove();
    const words = [...keywords].map((word) => word.toLowerCase());
    const named = anchor && page.getElementById(anchor.slice(1));
    const found = named ? { section: named, text: textOf(named) } : bestSection(article, words);
    summary.textContent = snippet(found.text, words);
    if (!named && found.section) queueMicrotask(() => leadTo(summary, found));
    return summary;
  };
})();
