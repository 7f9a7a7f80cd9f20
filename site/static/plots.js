// Charts: draws what `misgen.explore.charts` wrote into the page, with one local plotly.
//
// A colour in a specification is a CSS colour that may name a custom property of the page, such as
// `var(--mg-goal)`; it is read when the chart is drawn, and again when the theme changes.

import { whenNear } from "./near.js";

const NARROW = 480; // pixels; below it a legend beside the chart leaves no room for the chart
// Pixels: sizes of type, what lies below and beside an axis, a row of the legend.
const [TITLE_SIZE, AXIS_SIZE, NAME_SIZE] = [16, 14, 12];
const [BELOW_AXIS, SIDE_ROOM, LEGEND_ROW] = [58, 60, 20];
const NARROW_SIDES = { l: 44, r: 10 };
const CHARACTER_WIDTH = 0.58; // of the size
const LEGEND_KEY = 45; // pixels: what a name in a legend has beside it
const CONFIG = { responsive: true, displayModeBar: false, scrollZoom: false };

const met = new Set(); // by the reader; the others wait
let plotly;

function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("plotly/plotly-basic.min.js", import.meta.url);
    script.onload = script.onerror = () => {
      script.remove();
      // What was cut off, or sent by someone on the way, loads as well, and defines nothing.
      if (globalThis.Plotly) resolve(globalThis.Plotly);
      else reject(new Error("plotly-basic.min.js did not load"));
    };
    document.head.append(script);
  });
  plotly.catch(() => { plotly = undefined; }); // the next chart, theme or network tries again
  return plotly;
}

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Any CSS colour as rgba(), which is all that plotly reads. */
function asRgba(colour) {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`;
}

const known = new Map(); // theme and CSS colour -> rgba(); to ask costs the page a new style

function pageColour(value, element) {
  const name = `${document.documentElement.dataset.theme} ${value}`;
  if (!known.has(name)) {
    element.style.setProperty("outline-color", value);
    known.set(name, asRgba(getComputedStyle(element).outlineColor));
    element.style.removeProperty("outline-color");
  }
  return known.get(name);
}

/** A copy of the specification with each `var(--name)` replaced by the page's own colour. */
function withPageColours(value, element) {
  if (typeof value === "string" && value.includes("var(--")) return pageColour(value, element);
  if (Array.isArray(value)) return value.map((item) => withPageColours(item, element));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withPageColours(item, element)]),
  );
}

function axisStyle(axis, colours) {
  const { line } = colours;
  const quiet = { gridcolor: line, linecolor: line, zerolinecolor: line };
  return { ...quiet, ...axis, fixedrange: true, automargin: true };
}

/** Plotly sets a text on one line whatever its length; this breaks it into lines that fit. */
function wrapped(text, width, size) {
  const fitting = Math.floor(width / (size * CHARACTER_WIDTH));
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length > fitting && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}

function withTitle(layout, width) {
  if (!layout.title?.text) return layout;
  const lines = wrapped(layout.title.text, width, TITLE_SIZE);
  const place = { xref: "container", x: 0, xanchor: "left", yref: "container", y: 1, yanchor: "top" };
  const font = { ...layout.title.font, size: TITLE_SIZE, weight: 650 };
  const title = { text: lines.join("<br>"), font, pad: { t: TITLE_SIZE }, ...place };
  const top = 30 + lines.length * TITLE_SIZE * 1.3;
  return { ...layout, title, margin: { ...layout.margin, t: top } };
}

/** The names of the x axes on the lines that they need, and how much room the longest takes. */
function withAxisNames(layout, width) {
  const page = { ...layout };
  let lines = 1;
  for (const [name, axis] of Object.entries(layout)) {
    if (!/^xaxis\d*$/.test(name) || !axis.title?.text) continue;
    const broken = wrapped(axis.title.text, width - SIDE_ROOM, AXIS_SIZE);
    page[name] = { ...axis, title: { ...axis.title, text: broken.join("<br>") } };
    lines = Math.max(lines, broken.length);
  }
  return [page, BELOW_AXIS + (lines - 1) * AXIS_SIZE * 1.3];
}

/** How many rows plotly makes of names that stand side by side: columns as wide as the longest. */
function rowsBeside(traces, width) {
  const widths = traces.map((trace) => trace.name.length * NAME_SIZE * CHARACTER_WIDTH + LEGEND_KEY);
  if (widths.reduce((sum, each) => sum + each, 0) <= width) return 1;
  const columns = Math.max(1, Math.floor(width / Math.max(...widths)));
  return Math.ceil(traces.length / columns);
}

/** The legend below the name of the axis, a list on a phone; the chart grows by its rows. */
function withLegend(layout, below, rows, isNarrow, width) {
  const extra = isNarrow ? rows * LEGEND_ROW : 0;
  const height = (layout.height ?? 400) + extra;
  const margin = { ...layout.margin, ...(isNarrow ? NARROW_SIDES : {}), b: below + rows * LEGEND_ROW };
  const plotHeight = Math.max(80, height - margin.t - margin.b);
  const place = { x: 0, xanchor: "left", y: -below / plotHeight, yanchor: "top" };
  const left = -NARROW_SIDES.l / (width - NARROW_SIDES.l - NARROW_SIDES.r);
  const list = isNarrow ? { orientation: "v", x: left } : {};
  return { ...layout, height, margin, legend: { ...layout.legend, ...place, ...list } };
}

/** The traces that have a row in the legend. */
function named(layout, traces) {
  const all = traces.filter((trace) => trace.showlegend !== false && trace.name);
  return layout.showlegend === false || all.length < 2 ? [] : all;
}

/** Breaks long names on a phone; returns the number of lines of all of them. */
function wrapNames(traces, width) {
  let rows = 0;
  for (const trace of traces) {
    const lines = wrapped(trace.name, width - SIDE_ROOM, NAME_SIZE);
    trace.name = lines.join("<br>");
    rows += lines.length;
  }
  return rows;
}

function pageLayout(layout, traces, element) {
  const style = getComputedStyle(element);
  const colours = { ink: asRgba(style.color), line: withPageColours("var(--pst-color-border)", element) };
  const page = {
    ...layout,
    autosize: true,
    dragmode: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...layout.font, color: colours.ink, family: style.fontFamily },
  };
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))) {
    page[name] = axisStyle(layout[name], colours);
  }
  const width = element.clientWidth;
  const isNarrow = width < NARROW;
  const inLegend = named(page, traces);
  const rows = isNarrow ? wrapNames(inLegend, width) : rowsBeside(inLegend, width - SIDE_ROOM);
  const [withName, below] = withAxisNames(withTitle(page, width), width);
  return withLegend(withName, below, rows, isNarrow, width);
}

/** The chart is named by its group's label and told in numbers by the table below it. */
function hideFromScreenReaders(element) {
  for (const part of element.children) part.setAttribute("aria-hidden", "true");
}

async function draw(element) {
  const still = element.querySelector(":scope > img");
  met.add(element);
  try {
    const script = element.parentElement.querySelector(`#${element.id} ~ script.misgen-plot-data`);
    const { data, layout } = JSON.parse(script.textContent);
    const Plotly = await loadPlotly();
    const traces = withPageColours(data, element);
    const page = pageLayout(withPageColours(layout, element), traces, element);
    still?.remove();
    await Plotly.react(element, traces, page, CONFIG);
    hideFromScreenReaders(element);
    element.dataset.drawn = document.documentElement.dataset.theme ?? "light";
    delete element.dataset.failed;
  } catch (error) {
    if (still) {
      globalThis.Plotly?.purge(element);
      element.replaceChildren(still); // never blank
    }
    element.dataset.failed = "";
    console.error(`chart ${element.id}:`, error);
  }
}

const redraw = () => met.forEach(draw);
const charts = document.querySelectorAll(".misgen-plot");
whenNear(charts, draw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
addEventListener("online", () => document.querySelectorAll(".misgen-plot[data-failed]").forEach(draw));
matchMedia(`(max-width: ${NARROW}px)`).addEventListener("change", redraw);
