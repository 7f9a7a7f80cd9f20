// Markdown of a notebook as HTML: markdown-it, of which `editor.py` makes one file,
// _static/markdown/markdown.js.

import MarkdownIt from "markdown-it";

// A notebook is somebody else's work: HTML in it stays text, and no link leads to a script.
const markdown = new MarkdownIt({ html: false });

// The page has a title of its own, above that of the notebook.
markdown.core.ruler.push("lower_headings", ({ tokens }) => {
  for (const token of tokens) {
    if (token.type.startsWith("heading_")) token.tag = `h${Math.min(Number(token.tag[1]) + 1, 6)}`;
  }
});

// Nothing is fetched from where a notebook says: of a picture elsewhere there is its description.
const drawn = markdown.renderer.rules.image;
markdown.renderer.rules.image = (tokens, index, options, env, renderer) => {
  const { children, content } = tokens[index];
  if (tokens[index].attrGet("src").startsWith("data:")) return drawn(tokens, index, options, env, renderer);
  return markdown.utils.escapeHtml(`[${children ? renderer.renderInlineAsText(children, options, env) : content}]`);
};

/** Return the HTML of a text. */
export const toHtml = (text) => markdown.render(text);
