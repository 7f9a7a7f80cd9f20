// Returns the text of an open page as HTML for paper: the stills of explorers and charts,
// everything unfolded, and names and links that stay right when all pages stand in one file.
//
// `book` holds the names of all pages in order, the name of this one, and the site's address.

async (book) => {
  const article = document.querySelector("article.bd-article");
  const root = new URL(document.documentElement.dataset.content_root, location.href);

  const idOfPage = (name) => name.replaceAll("/", "-");
  const newId = (name, id) => (id ? `${idOfPage(name)}--${id}` : idOfPage(name));

  const stateLink = (explorer) => {
    const link = document.createElement("a");
    link.href = `${book.address}${book.page}.html#${explorer.id}`;
    link.textContent = "the live figure";
    return link;
  };

  function leadToLiveFigures() {
    for (const explorer of article.querySelectorAll(".misgen-explorer")) {
      const caption = explorer.querySelector(".misgen-still figcaption");
      if (book.address) caption?.append(" · ", stateLink(explorer));
    }
  }

  /** Puts the still pictures, which are files of the site, into the text. */
  async function embedPictures() {
    for (const picture of article.querySelectorAll("img.only-dark")) picture.remove();
    const addressOf = async (blob) => {
      if (blob.type.startsWith("image/svg")) { // as text, which is a sixth shorter than in base 64
        return `data:image/svg+xml,${(await blob.text()).replace(/[%#"<>\n\r\t]/g, encodeURIComponent)}`;
      }
      const reader = new FileReader();
      reader.readAsDataURL(blob);
      await new Promise((next) => { reader.onload = next; });
      return reader.result;
    };
    const asData = async (picture) => {
      picture.src = await addressOf(await (await fetch(picture.src)).blob());
      picture.loading = "eager";
      const chart = picture.parentElement.closest(".misgen-plot");
      if (chart) [picture.alt, picture.className] = [chart.getAttribute("aria-label"), "chart"];
      if (chart) chart.replaceWith(picture);
    };
    await Promise.all([...article.querySelectorAll('img[src*="/stills/"]')].map(asData));
  }

  function drop(selector) {
    for (const element of article.querySelectorAll(selector)) element.remove();
  }

  /** What scrolls on the page, and so is reached by keyboard there, wraps on paper. */
  function leaveKeyboardToLinks() {
    for (const element of article.querySelectorAll("[tabindex]")) element.removeAttribute("tabindex");
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

  await embedPictures();
  leadToLiveFigures();
  relink();
  drop("script, style, button, .headerlink, .copybtn, .misgen-failed, .misgen-until, "
    + ".misgen-unscripted, .toctree-wrapper");
  unfold();
  leaveKeyboardToLinks();
  rename();
  const headings = [...article.querySelectorAll("h1, h2")].map((heading) => ({
    level: Number(heading.tagName[1]),
    text: heading.textContent.trim(),
    id: heading.closest("section[id]")?.id ?? idOfPage(book.page),
  }));
  return { id: idOfPage(book.page), html: article.innerHTML, headings };
}
