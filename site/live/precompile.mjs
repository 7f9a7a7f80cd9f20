// Compiles the archives of a folder in the very Pyodide that pages will load: precompile.py runs in it.
//
//     node precompile.mjs FOLDER_OF_PYODIDE FOLDER_OF_ARCHIVES

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [home, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: home });
pyodide.mountNodeFS("/archives", folder);
try {
  pyodide.runPython(readFileSync(new URL("precompile.py", import.meta.url), "utf8"));
} catch ({ message }) { // thrown on, Node would print the lines of Pyodide, which have megabytes
  console.error(message.trim());
  process.exit(1);
}
