// Returns the text of an open page as HTML for paper: stills for explorers, pictures for charts,
// everything unfolded, and names and links that stay right when all pages stand in one file.
//
// `book` holds the names of all pages in order, the name of this one, and the site's address.

async (book) => {
  const article = document.querySelector("article.bd-article");
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  document.documentElement.dataset.theme = "light";

  const idOfPage = (name) => name.replaceAll("/", "-");
  const newId = (name, id) => (id ? `${idOfPage(name)}--${id}` : idOfPage(name));

  async function drawCharts() {
    const charts = [...document.querySelectorAll(".misgen-plot")];
    if (!charts.length) return;
    await import(new URL("_static/plots.js", root));
    dispatchEvent(new Event("beforeprint"));
    while (charts.some((chart) => !chart.dataset.drawn)) await new Promise((next) => setTimeout(next, 50));
    for (const chart of charts) {
      const { offsetWidth: width, offsetHeight: height } = chart;
      const picture = document.createElement("img");
      picture.src = await Plotly.toImage(chart, { format: "svg", width, height });
      picture.alt = chart.getAttribute("aria-label");
      picture.className = "chart";
      chart.replaceWith(picture);
    }
  }

  const stateLink = (explorer) => {
    const link = document.createElement("a");
    link.href = `${book.address}${book.page}.html#${explorer.id}`;
    link.textContent = "the live figure";
    return link;
  };

  function showStills() {
    for (const explorer of article.querySelectorAll(".misgen-explorer")) {
      const still = explorer.querySelector(".misgen-still");
      explorer.replaceChildren(still);
      delete explorer.dataset.mounted; // it would hide the still on the screen
      if (book.address) still.querySelector("figcaption").append(" · ", stateLink(explorer));
    }
  }

  function drop(selector) {
    for (const element of article.querySelectorAll(selector)) element.remove();
  }

  function unfold() {
    for (const details of article.querySelectorAll("details")) {
      details.open = true;
    }
  }

  /** Where a link of this page leads in the book as one file, or to the site, or to another. */
  function target(link) {
    const url = new URL(link.getAttribute("href"), location.href);
    if (url.origin !== location.origin) return url.href;
    const path = url.pathname.slice(root.pathname.length);
    const name = path.replace(/\.html$/, "");
    if (book.pages.includes(name) && !url.search) return `#${newId(name, decodeURIComponent(url.hash.slice(1)))}`;
    return book.address ? book.address + path + url.search + url.hash : null;
  }

  function relink() {
    for (const link of article.querySelectorAll("a[href]")) {
      const address = target(link);
      if (address) link.setAttribute("href", address);
      else link.removeAttribute("href");
    }
  }

  function rename() {
    const named = (list) => list.split(/\s+/).map((id) => newId(book.page, id)).join(" ");
    for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "headers", "for"]) {
      for (const element of article.querySelectorAll(`[${attribute}]`)) {
        element.setAttribute(attribute, named(element.getAttribute(attribute)));
      }
    }
    for (const element of article.querySelectorAll("svg *")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("url(#")) element.setAttribute(name, value.replaceAll("url(#", `url(#${newId(book.page, "")}--`));
        else if (/^(xlink:)?href$/.test(name) && value.startsWith("#")) element.setAttribute(name, `#${newId(book.page, value.slice(1))}`);
      }
    }
    for (const element of article.querySelectorAll("[id]")) element.id = newId(book.page, element.id);
  }

  await drawCharts();
  showStills();
  relink();
  drop("script, style, button, .headerlink, .copybtn, .misgen-failed, .toctree-wrapper");
  unfold();
  rename();
  const headings = [...article.querySelectorAll("h1, h2")].map((heading) => ({
    level: Number(heading.tagName[1]),
    text: heading.textContent.trim(),
    id: heading.closest("section[id]")?.id ?? idOfPage(book.page),
  }));
  return { id: idOfPage(book.page), html: article.innerHTML, headings };
}
