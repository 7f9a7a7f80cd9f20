// The editor of code cells: CodeMirror, of which `editor.py` makes one file, _static/editor/editor.js.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";

// The classes of Pygments, so that code looks as it does elsewhere on the page.
const PYGMENTS = tagHighlighter([
  { tag: [tags.keyword, tags.definitionKeyword, tags.controlKeyword, tags.moduleKeyword], class: "k" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: [tags.operator, tags.derefOperator], class: "o" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.number, class: "mi" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.meta, class: "nd" },
]);

/** Return code for reading, coloured as it is elsewhere on the page. */
export function coloured(code) {
  const shown = document.createDocumentFragment();
  const put = (text, classes) => {
    const piece = document.createElement("span");
    piece.className = classes;
    piece.textContent = text;
    shown.append(classes ? piece : text);
  };
  highlightCode(code, pythonLanguage.parser.parse(code), PYGMENTS, put, () => shown.append("\n"));
  return shown;
}

/**
 * Make an editor; its `element` goes into a page.
 *
 * `onchange` is told each change of a reader's, `onrun` is called for Shift+Enter and Ctrl+Enter.
 * Tab indents; after Escape it leaves the editor, which the element with the id `hint` should say.
 */
export function makeEditor({ text, label, hint, onchange, onrun }) {
  const run = () => {
    onrun();
    return true;
  };
  const told = EditorView.updateListener.of(({ docChanged, state }) => {
    if (docChanged) onchange(state.doc.toString());
  });
  const extensions = [
    lineNumbers(), history(), bracketMatching(), pythonLanguage, syntaxHighlighting(PYGMENTS),
    indentUnit.of("    "), EditorState.tabSize.of(4), EditorView.lineWrapping, told,
    EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": hint }),
    Prec.highest(keymap.of([{ key: "Shift-Enter", run }, { key: "Ctrl-Enter", run }, { key: "Mod-Enter", run }])),
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
  ];
  const view = new EditorView({ doc: text, extensions });
  return {
    element: view.dom,
    focus: () => view.focus(),
    replace: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
  };
}
