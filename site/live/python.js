// What a page uses of Python: its worker, and what the browser keeps for the next visit.

const HERE = new URL("./", import.meta.url);
const ROOT = new URL("../../../", HERE); // of the site: HERE is _static/live/<edition>/
const EDITION = HERE.pathname.split("/").at(-2);

const CANNOT = "This browser cannot run Python in a page: use a recent Chrome, Edge, Firefox or Safari, "
  + "or open this chapter in Colab.";
const ENDED = "Python ended unexpectedly, and what it held is lost: start it again.";
const NO_NETWORK = "There is no network, and Python is not kept here yet: try again with a connection.";
const NOT_KEPT = "Your browser keeps no copy of Python: it works, and is fetched again next time.";

/** Name of a cache; the service worker gives the same names, and removes those of other editions. */
const cacheName = (what) => `misgen ${ROOT.pathname} ${what} ${EDITION}`;

/** Lets the service worker answer from what is kept; one of another edition goes when its pages do. */
export function register() {
  const script = new URL("service-worker.js", ROOT);
  script.searchParams.set("edition", EDITION);
  return navigator.serviceWorker.register(script, { scope: ROOT });
}

/** The page itself, and what it has loaded: without them it could not be opened offline. */
function addressesOfThisPage() {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const ours = [...loaded, location.href].filter((address) => address.startsWith(ROOT.href));
  return [...new Set(ours.map((address) => address.split(/[?#]/)[0]))];
}

async function addTo(name, addresses) {
  const cache = await caches.open(name);
  for (const address of addresses) {
    if (await cache.match(address)) continue;
    const response = await fetch(address);
    if (response.ok) await cache.put(address, response);
  }
}

/** The editor of the cells is loaded by the first Edit, which may come when there is no network. */
function addressesOfLater() {
  return document.querySelector(".misgen-runs") ? [new URL("_static/editor/editor.js", ROOT).href] : [];
}

/** Keeps this page, and the scripts of Python, which the worker has not fetched itself. */
async function keepPage() {
  try {
    await register();
    const scripts = ["python.js", "worker.js", "pyodide.mjs", "pyodide.asm.mjs"];
    await addTo(cacheName("live"), scripts.map((name) => new URL(name, HERE).href));
    const isOther = (address) => !address.startsWith(HERE.href);
    await addTo(cacheName("pages"), [...addressesOfThisPage().filter(isOther), ...addressesOfLater()]);
    return "";
  } catch (error) {
    console.info("Python is not kept:", error);
    return NOT_KEPT;
  }
}

/** Python in a worker, one for all explorers of a page. */
export class Python {
  #worker = null;
  #listeners = new Map();
  #onlost;
  #kept = null; // a promise of a sentence, or of nothing

  /** `onlost` is told why a worker that ran has gone. */
  constructor(onlost) {
    this.#onlost = onlost;
  }

  /** Starts Python; resolves when it can be asked. */
  async start({ onProgress = () => {}, signal } = {}) {
    signal?.throwIfAborted();
    this.stop();
    return new Promise((resolve, reject) => {
      const worker = this.#worker = new Worker(new URL("worker.js", HERE), { type: "module" });
      let lost = reject; // until it is ready; then the page is told
      const fail = (reason) => {
        this.stop();
        lost(new Error(reason));
      };
      const ready = () => {
        lost = ({ message }) => this.#onlost(message);
        resolve();
      };
      let kept;
      this.#kept = new Promise((done) => { kept = done; });
      worker.onerror = (event) => {
        event.preventDefault();
        fail(lost !== reject ? ENDED : navigator.onLine ? CANNOT : NO_NETWORK);
      };
      worker.onmessage = ({ data }) => {
        if ("loaded" in data) onProgress(data.loaded, data.total);
        else if ("ready" in data) ready();
        else if ("kept" in data) kept(data.kept);
        else if ("failed" in data) fail(data.failed);
        else this.#listeners.get(data.key)?.(JSON.parse(data.text), data.buffers);
      };
      signal?.addEventListener("abort", () => {
        worker.terminate();
        reject(signal.reason);
      });
      worker.postMessage({ cache: cacheName("live") });
    });
  }

  /** Keeps all of it for the next visit; resolves to a sentence where the browser does not. */
  async keep() {
    return (await this.#kept) || keepPage();
  }

  /** Sends a message of an explorer to the session of its topic; `listener` hears the answers. */
  send({ key, topic }, content, buffers, listener) {
    this.#listeners.set(key, listener);
    this.#worker?.postMessage({ key, topic, text: JSON.stringify(content), buffers });
  }

  /** Ends it, whatever it does; the sessions are lost. */
  stop() {
    if (!this.#worker) return;
    // nothing that it still says may be taken for a word of the next one
    this.#worker.onerror = this.#worker.onmessage = null;
    this.#worker.terminate();
    this.#worker = null;
  }
}
