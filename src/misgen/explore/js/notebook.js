// What an explorer needs in a notebook only: its keys, and a picture for when there is no kernel.

const SUPPRESS = "data-lm-suppress-shortcuts";

/**
 * JupyterLab and Notebook 7 would take an arrow for a move to the next cell, and "b" for a new cell,
 * unless the element with the focus has this attribute itself. What goes with Ctrl or Meta, as to save
 * and to run, stays with the notebook, which asks all around that element: a board may have had the
 * focus before a button on it.
 */
function keepKeys({ target, ctrlKey, metaKey }) {
  const root = target.closest?.(".mg-root");
  if (!root) return;
  if (!ctrlKey && !metaKey) return target.setAttribute(SUPPRESS, "true");
  for (const each of [root, ...root.querySelectorAll(`[${SUPPRESS}]`)]) each.removeAttribute(SUPPRESS);
}

// --------------------------------------------------------------------------- the picture

const SETTLED_AFTER_MS = 400; // charts draw once they know their width
const PIXELS = 1.5; // of the picture, for each of the page
const NOTHING_TO_PRESS = `
  button, .mg-bar, .mg-source, .mg-score, .mg-unseen { display: none !important; }
  input { visibility: hidden; }
  .mg-root { border: 0; border-radius: 0; }`;

function imageOf(canvas) {
  const image = new Image();
  const { width, height } = canvas.getBoundingClientRect();
  image.src = canvas.toDataURL();
  image.style.cssText = `display: block; width: ${width}px; height: ${height}px`;
  return image;
}

/** A copy that looks the same without a script: canvases as images, choices in words. */
function copyOf(root) {
  const copy = root.cloneNode(true);
  const replace = (selector, by) => {
    const live = root.querySelectorAll(selector);
    copy.querySelectorAll(selector).forEach((element, i) => element.replaceWith(by(live[i])));
  };
  replace("canvas", imageOf);
  replace("select", (select) => {
    const words = document.createElement("b");
    words.textContent = select.selectedOptions[0]?.text ?? "";
    return words;
  });
  return copy;
}

/** The copy as a document of its own, with all styles that it needs. */
function documentOf(root, css) {
  const page = document.createElement("html");
  const style = document.createElement("style");
  const { font, colorScheme } = getComputedStyle(root);
  style.textContent = css + NOTHING_TO_PRESS;
  page.dataset.theme = colorScheme; // what the palette asks for first
  page.style.cssText = `font: ${font}; width: ${root.offsetWidth}px`;
  page.append(style, copyOf(root));
  return page;
}

/** The height of a document without what cannot be pressed; it is measured out of sight. */
function heightOf(page) {
  const shadow = document.createElement("div");
  shadow.style.cssText = "position: absolute; visibility: hidden; pointer-events: none";
  document.body.append(shadow);
  shadow.attachShadow({ mode: "open" }).append(page.cloneNode(true));
  const { height } = shadow.shadowRoot.querySelector(".mg-root").getBoundingClientRect();
  shadow.remove();
  return Math.ceil(height);
}

/** Return what an explorer shows as the address of an image; a browser draws it as a drawing's text. */
async function pictureOf(root, css) {
  const page = documentOf(root, css);
  const [width, height] = [root.offsetWidth, heightOf(page)];
  const text = new XMLSerializer().serializeToString(page);
  const drawing = new Image(width, height);
  drawing.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`
    + `<foreignObject width="100%" height="100%">${text}</foreignObject></svg>`)}`;
  await drawing.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: width * PIXELS, height: height * PIXELS });
  canvas.getContext("2d").drawImage(drawing, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", 0.85);
}

/** Send one picture to the kernel, once the explorer has stood in view; returns how to stop. */
function sendPicture(model, el) {
  let timer = 0;
  const send = async () => {
    observer.disconnect();
    try {
      model.set("picture", await pictureOf(el.querySelector(".mg-root"), model.get("_css")));
      model.save_changes();
    } catch (error) { // a browser that does not draw documents: the sentence and the numbers remain
      console.info("There is no picture of this explorer to be saved:", error);
    }
  };
  const observer = new IntersectionObserver((entries) => {
    clearTimeout(timer); // notebooks detach what is out of view
    if (entries.at(-1).isIntersecting) timer = setTimeout(send, SETTLED_AFTER_MS);
  });
  if (!model.get("picture")) observer.observe(el);
  return () => { observer.disconnect(); clearTimeout(timer); };
}

/** What a notebook calls in place of the function `render` of an explorer. */
export function inNotebook(render) {
  return ({ model, el }) => {
    addEventListener("keydown", keepKeys, true); // the window hears keys before a notebook does
    const stops = [render({ model, el }), sendPicture(model, el)];
    return () => stops.forEach((stop) => stop?.());
  };
}
