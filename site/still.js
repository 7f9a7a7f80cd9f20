// What the scripts of an open page have drawn, as pictures that need no script; run by stills.py.
//
// Returns { views, canvases, charts }: explorer -> HTML; theme -> explorer -> data URLs of its
// canvases; chart -> { svg, width, height }.

async () => {
  const THEMES = ["dark", "light"]; // the last is that of paper
  const ONLY_LIVE = "script, button, input[type=range], .mg-live, .mg-unseen, .mg-bar, .mg-source, .mg-score, [hidden]";
  const REFERENCES = ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls"];
  const PATIENCE_MS = 120_000;
  const explorers = [...document.querySelectorAll(".misgen-explorer")];
  const plots = [...document.querySelectorAll(".misgen-plot")];

  /** Turns the page to a theme, and waits until every picture has followed. */
  async function turn(theme) {
    const missing = () => explorers.find(({ dataset }) => !dataset.mounted)
      ?? plots.find(({ dataset }) => dataset.drawn !== theme);
    document.documentElement.dataset.theme = theme;
    for (const began = performance.now(); missing(); await new Promise((next) => setTimeout(next, 20))) {
      if (performance.now() - began > PATIENCE_MS) throw new Error(`${missing().id} did not appear`);
    }
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  }

  async function chartOf(plot) {
    const { offsetWidth: width, offsetHeight: height } = plot;
    const address = await Plotly.toImage(plot, { format: "svg", width, height });
    return [plot.id, { svg: decodeURIComponent(address.slice(address.indexOf(",") + 1)), width, height }];
  }

  function canvasesOf(explorer) {
    const canvases = [...explorer.querySelectorAll(".misgen-view canvas")];
    return [explorer.id, canvases.map((canvas) => canvas.toDataURL("image/webp", 0.9))];
  }

  /** What an explorer shows in its first state, without what only a script can serve. */
  function viewOf(explorer) {
    const live = explorer.querySelector(".misgen-view > .mg-root");
    const view = live.cloneNode(true);
    writeChoices(live, view);
    view.querySelectorAll("canvas").forEach((canvas, i) => canvas.replaceWith(placeOf(canvas, i)));
    for (const element of view.querySelectorAll(ONLY_LIVE)) element.remove();
    // The place of a small control is kept: columns count on it.
    for (const input of view.querySelectorAll("input")) input.replaceWith(document.createElement("i"));
    for (const element of view.querySelectorAll("[tabindex]")) element.removeAttribute("tabindex");
    for (const element of view.querySelectorAll("*")) settle(element, explorer.id);
    for (const svg of view.querySelectorAll("svg:not([role=img], [aria-hidden=true])")) {
      svg.setAttribute("role", "img"); // what could be pressed in it was named part by part
      svg.setAttribute("aria-label", view.querySelector(".mg-say, .mg-title").textContent);
    }
    return [explorer.id, view.innerHTML];
  }

  /** An image without a source yet; stills.py writes the file of the canvas and its address. */
  function placeOf(canvas, i) {
    const image = new Image();
    Object.entries({ "data-canvas": i, width: canvas.width, height: canvas.height,
      alt: canvas.getAttribute("aria-label") }).forEach(([name, value]) => image.setAttribute(name, value));
    return image;
  }

  /** Writes in words what is chosen in a list or by a switch. */
  function writeChoices(live, view) {
    const controls = "select, input[type=checkbox]";
    const copies = view.querySelectorAll(controls);
    live.querySelectorAll(controls).forEach((control, i) => {
      const words = document.createElement("b");
      words.textContent = control.selectedOptions?.[0]?.text ?? (control.checked ? "✓" : "✗");
      copies[i].replaceWith(words);
    });
  }

  /** Nothing can be pressed; and where still and live stand in one page, no name is there twice. */
  function settle(element, explorer) {
    if (element.getAttribute("role") !== "img" && !element.hasAttribute("aria-hidden")) {
      const told = [...element.attributes].filter(({ name }) => /^(role$|aria-)/.test(name));
      for (const { name } of told) element.removeAttribute(name);
    }
    for (const name of REFERENCES.filter((each) => element.hasAttribute(each))) {
      const ids = element.getAttribute(name).split(/\s+/).map((id) => `still-${explorer}-${id}`);
      element.setAttribute(name, ids.join(" "));
    }
    for (const { name, value } of [...element.attributes]) {
      if (value.includes("url(#")) element.setAttribute(name, value.replaceAll("url(#", `url(#still-${explorer}-`));
    }
  }

  const canvases = {};
  for (const theme of THEMES) {
    await turn(theme);
    canvases[theme] = Object.fromEntries(explorers.map(canvasesOf));
  }
  const charts = Object.fromEntries(await Promise.all(plots.map(chartOf)));
  return { views: Object.fromEntries(explorers.map(viewOf)), canvases, charts };
}
