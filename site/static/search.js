// Search results that lead to the section in which the words stand, with a piece of its prose.
//
// Sphinx gives a result's page as text: menus, labels of charts and all. Here the page is looked
// through section by section. A file opened without a server gives no page to look at; the results
// are then titles alone.
//
// Sphinx's own search of the index takes every word for a property, `constructor` too, knows one
// spelling of a word and no numbers: that part is ours as well.

(() => {
  const NOT_PROSE = "script, style, svg, table, details.misgen-numbers, .headerlink";
  const BEFORE = 90;
  const LENGTH = 240;
  const SCORES = { word: 5, title: 15, part: 2, titlePart: 7 }; // those of Sphinx
  const WHOLE_WORDS_ONLY = 2; // letters; shorter ones are part of too much
  const NOTHING = "No page has all of these words. Try fewer, or other ones: the glossary lists the terms of the book.";
  const NO_WORDS = "Type a word or a number into the field above to find the pages that have it.";
  const NO_INDEX = "The index of the book did not load: reload the page to search it.";
  const NO_MATCH = "Your search did not match any documents. Please make sure that all words are spelled correctly "
    + "and that you've selected enough categories."; // Sphinx's own sentence

  const textOf = (section) => {
    const copy = section.cloneNode(true);
    for (const block of copy.querySelectorAll("p, li, dt, dd, th, td, pre, h2, h3, h4")) block.append(" ");
    const own = copy.cloneNode(true);
    for (const inner of own.querySelectorAll("section, h1, h2, h3, h4")) inner.remove();
    const text = own.textContent.trim() || copy.textContent;
    return text.replace(/\\[()[\]]/g, "").replace(/\s+/g, " ").trim();
  };

  // ------------------------------------------------------------------- words and numbers

  // Endings that are spelled in two ways. A spelling that no page has does no harm.
  const ISE = "(e[sdr]?|ers|ing|ations?|ational|able)$";
  const EN = "(?:def|lic|off|pret)en";
  const [T, LT] = ["(burn|dream|lean|leap|learn|spoil)", "(dwel|smel|spel|spil)"]; // learnt, spelt
  const SPELLINGS = [
    [`is${ISE}`, "iz$1"], [`iz${ISE}`, "is$1"],
    ["ys(e[sdr]?|ing)$", "yz$1"], ["yz(e[sdr]?|ing)$", "ys$1"],
    ["our(?!.*our)", "or"], ["or(?!.*or)", "our"],
    ["([^l])l(ed|ing|ers?)$", "$1ll$2"], ["ll(ed|ing|ers?)$", "l$1"],
    ["([bt])re(s?)$", "$1er$2"], ["([bt])er(s?)$", "$1re$2"],
    [`(${EN}|practi)s(e[sd]?)$`, "$1c$2"], [`(${EN}|practi)c(e[sd]?)$`, "$1s$2"],
    [`${T}t$`, "$1ed"], [`${T}ed$`, "$1t"], [`${LT}t$`, "$1led"], [`${LT}led$`, "$1t"],
    ["gramme(s?)$", "gram$1"], ["gram(s?)$", "gramme$1"],
    ["ogue(s?)$", "og$1"], ["og(s?)$", "ogue$1"],
    ["dgement", "dgment"], ["dgment", "dgement"], ["^gray", "grey"], ["^grey", "gray"],
  ].map(([ending, other]) => [new RegExp(ending), other]);

  const spellingsOf = (word) =>
    [word, ...SPELLINGS.filter(([ending]) => ending.test(word)).map(([ending, other]) => word.replace(ending, other))];

  const isNumber = (word) => /^\d/.test(word) && !/\p{L}{2}|_/u.test(word);

  const stemmer = new Stemmer();
  const sought = new Map(); // stem of a word of the query -> the stems of all its spellings
  const stemsOf = (word) => sought.get(word) ?? [word];

  const filesOf = (index, word) => (Object.hasOwn(index, word) ? [index[word]].flat() : []);

  /** The spelling that most pages have. */
  function usual(word) {
    const pages = (spelling) => filesOf(Search._index.terms, stemmer.stemWord(spelling)).length;
    return spellingsOf(word).reduce((best, next) => (pages(next) > pages(best) ? next : best));
  }

  /** The query with 100 000 as one number, where a page has it; else these are two. */
  const grouped = (query) =>
    query.replace(/(?<![\p{L}\d.,])\d{1,3}(?:[ \u00a0\u2009]\d{3})+(?![\p{L}\d]|[.,]\d)/gu, (digits) => {
      const number = digits.replace(/\D/g, "");
      return filesOf(Search._index.terms, number).length ? number : digits;
    });

  /** The query as titles may have it, its stems, what is not wanted, its words, and all of them. */
  Search._parseQuery = (query) => {
    const all = splitQuery(grouped(query)).map((word) => word.toLowerCase());
    const words = all.filter((word) => !stopwords.includes(word));
    sought.clear();
    for (const word of words) sought.set(stemmer.stemWord(word), spellingsOf(word).map(stemmer.stemWord));
    const inTitles = query.toLowerCase().replace(/\p{L}+/gu, usual);
    return [inTitles, new Set(sought.keys()), new Set(), new Set(words.flatMap(spellingsOf)), new Set(all)];
  };

  /** The score of each page for one word: where no spelling of it is, words that contain one count. */
  function scoresOf(word) {
    const { terms, titleterms } = Search._index;
    const scores = new Map();
    const note = (files, score) => files.forEach((file) => scores.set(file, Math.max(score, scores.get(file) ?? 0)));
    for (const [index, whole, part] of [[terms, SCORES.word, SCORES.part], [titleterms, SCORES.title, SCORES.titlePart]]) {
      const files = stemsOf(word).flatMap((stem) => filesOf(index, stem));
      note(files, whole);
      if (files.length || word.length <= WHOLE_WORDS_ONLY || isNumber(word)) continue;
      const containing = Object.keys(index).filter((term) => stemsOf(word).some((stem) => term.includes(stem)));
      for (const term of containing) note(filesOf(index, term), part);
    }
    return scores;
  }

  /** The pages that have all words; a short one may be missing, if it is not all that was asked for. */
  Search.performTermsSearch = (words) => {
    const { docnames, titles, filenames } = Search._index;
    const long = [...words].filter((word) => word.length > WHOLE_WORDS_ONLY || isNumber(word));
    const scores = (long.length ? long : [...words]).map(scoresOf);
    const pages = [...(scores[0]?.keys() ?? [])].filter((page) => scores.every((each) => each.has(page)));
    return pages.map((page) => {
      const score = Math.max(...scores.map((each) => each.get(page)));
      return [docnames[page], titles[page], "", null, score, filenames[page]];
    });
  };

  // ------------------------------------------------------------------- what went wrong

  // The sentence is replaced where Sphinx would translate it.
  Documentation.TRANSLATIONS[NO_MATCH] = NOTHING;

  // A page that does not come, as from a file, leaves its result a title alone.
  const fetchPage = globalThis.fetch;
  globalThis.fetch = (...request) => fetchPage(...request).catch(() => new Response(""));

  function sayWhatToDo() {
    const summary = document.createElement("p");
    summary.className = "search-summary";
    summary.innerText = NO_WORDS;
    document.getElementById("search-results")?.append(summary);
  }

  addEventListener("load", () => {
    if (!Search.status) return sayWhatToDo();
    if (Search.hasIndex()) return;
    Search.stopPulse();
    Search.title.innerText = "Search";
    Search.status.innerText = NO_INDEX;
  });

  // ------------------------------------------------------------------- places in a page

  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  /** How a number may be written in a text: 10,000 and 10000, 2 %, 2% and 2 percent, 1e-06 and 10^{-6}. */
  function writtenAs(number) {
    const [, digits, rest, exponent, percent] = /^(\d+)(.*?)(?:e(-?\d+))?(%?)$/.exec(number);
    const grouped = digits.replace(/\d(?=(\d{3})+$)/g, "$&[,_\u202f]?");
    const power = exponent && `e[+]?${exponent.replace(/^-/, "[-\u2212]")}`.replace(/(\d+)$/, "0*$1");
    const ten = digits === "1" && exponent ? `|10\\^\\{?${exponent}\\b` : "";
    return `(?<![\\d.])(?:${grouped}${escaped(rest)}${power ?? ""}(?!\\d)${percent ? "\\s?(?:%|per\\s?cent)" : ""}${ten})`;
  }

  const pattern = (word) => new RegExp(isNumber(word) ? writtenAs(word) : stemsOf(word).map(escaped).join("|"), "u");

  /** Where the words stand in a text, of each the first place. */
  const places = (text, words) => words.map((word) => text.search(pattern(word))).filter((at) => at >= 0);

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
