// The page's Python: Pyodide, NumPy and our own modules, all from this folder, in a module worker.
//
// From the page: { cache } once, the name of the cache that keeps the files; then messages of
// explorers { key, topic, text, buffers }. To the page: { loaded, total } bytes, { ready: true },
// { kept: why not, or nothing }, { failed: why }, and answers { key, text, buffers }.

import { loadPyodide } from "./pyodide.mjs";

const HERE = new URL("./", import.meta.url).href;
const KERNELS = "kernels.wasm"; // of a training; a copy of the site may have none
const SITE_PACKAGES = "/lib/python3.14/site-packages";
const LENT = `${SITE_PACKAGES}/misgen/assets/`;
const COUNTED = ["pyodide.asm.wasm", "python_stdlib.zip", "numpy.zip", "misgen.zip"];
const TELL_AFTER_MS = 100;
const [NO_ENTRY, NO_INPUT] = [44, 29]; // ENOENT and EIO, as Emscripten counts them
const LONGEST_REASON = 200; // Pyodide's errors may quote a script of a megabyte

const NO_NETWORK = "The download of Python stopped: check your connection, and try again.";
const NO_MEMORY = "There is not enough memory to start Python: close other pages, and try again.";
const ENDED = "Python ended unexpectedly, and what it held is lost: start it again.";
const NOT_KEPT = "Your browser keeps no copy of Python: it works, and is fetched again next time.";

const network = self.fetch.bind(self);
let cache = null;
let note = "";
const puts = []; // what is on its way into the cache
let receive = null; // misgen.live.page.receive, once Python runs
let memory = null; // of the interpreter, in which the kernels work
let [loaded, total, told] = [0, 0, 0];

function fail(reason) {
  postMessage({ failed: reason });
}

function count(bytes) {
  loaded += bytes;
  if (performance.now() - told < TELL_AFTER_MS && loaded < total) return;
  told = performance.now();
  postMessage({ loaded, total });
}

function counting() {
  return new TransformStream({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
}

/** Fetches a file of this folder, from what the browser keeps where it does, and keeps it. */
async function fetchKept(address) {
  const kept = await cache?.match(address);
  const response = kept ?? await network(address);
  if (!response.ok) throw new Error(`${response.status}`);
  const copy = response.clone(); // the other is compiled while it comes
  const isCounted = COUNTED.some((name) => address.endsWith(`/${name}`));
  const body = isCounted ? copy.body.pipeThrough(counting()) : copy.body;
  if (kept || !cache) body.pipeTo(new WritableStream()).catch(() => fail(NO_NETWORK));
  else keep(address, new Response(body, { headers: { "Content-Type": copy.headers.get("Content-Type") } }));
  return response;
}

function keep(address, response) {
  puts.push(cache.put(address, response).catch((error) => {
    if (error instanceof TypeError) fail(NO_NETWORK); // the body broke off
    else note = NOT_KEPT; // no room, or not allowed
  }));
}

async function open(name) {
  try {
    cache = await caches.open(name);
  } catch {
    note = NOT_KEPT;
  }
}

/** Makes the files of an address, which are fetched together when Python opens one of them. */
function lend(FS, address, sizes) {
  const files = Object.entries(sizes).map(([name, size]) => ({ node: emptyFile(FS, LENT + name), size }));
  const usual = files[0].node.stream_ops;
  const open = (stream) => {
    const data = fetchNow(FS, HERE + address);
    let end = 0;
    for (const { node, size } of files) {
      node.contents = data.subarray(end, end += size);
      node.usedBytes = size;
      node.stream_ops = usual;
    }
    stream.stream_ops = usual;
  };
  for (const { node } of files) node.stream_ops = { ...usual, open };
}

function emptyFile(FS, path) {
  FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  FS.writeFile(path, "");
  return FS.lookupPath(path).node;
}

/** Python waits for a file, as it would for a disk; a worker may. */
function fetchNow(FS, address) {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    throw new FS.ErrnoError(NO_INPUT);
  }
  if (request.status !== 200) throw new FS.ErrnoError(NO_ENTRY);
  const data = new Uint8Array(request.response);
  // on the first visit there is no service worker yet that would keep it
  cache?.put(address, new Response(data.slice())).catch(() => {}); // no room: it is fetched again
  return data;
}

/** Notes the memory of the interpreter, which Pyodide keeps to itself. */
function watchForMemory() {
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const usual = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await usual.apply(WebAssembly, given);
      memory ??= (made.instance ?? made).exports.memory ?? null;
      return made;
    };
  }
}

/** Lets trainings compute in WebAssembly; where that cannot be, NumPy is slower and does the same. */
async function startKernels(use) {
  try {
    const { instance } = await WebAssembly.instantiate(await bytes(KERNELS), { env: { memory } });
    use(instance.exports);
  } catch (error) {
    console.info("Trainings run in NumPy:", lastLine(error));
  }
}

const bytes = async (name) => (await fetch(HERE + name)).arrayBuffer();

async function start() {
  const { bytes: sizes, agents } = await (await fetch(`${HERE}files.json`)).json();
  total = COUNTED.reduce((sum, name) => sum + sizes[name], 0);
  const archives = ["numpy.zip", "misgen.zip"].map(bytes); // beside the interpreter
  watchForMemory();
  const pyodide = await loadPyodide({ indexURL: HERE });
  for (const archive of await Promise.all(archives)) {
    pyodide.unpackArchive(archive, "zip", { extractDir: SITE_PACKAGES });
  }
  for (const [address, sizes] of Object.entries(agents)) lend(pyodide.FS, address, sizes);
  const page = pyodide.pyimport("misgen.live.page");
  if (KERNELS in sizes) await startKernels(page.use_kernels);
  receive = page.receive;
}

const lastLine = (error) => String(error.message ?? error).trim().split("\n").pop().slice(0, LONGEST_REASON);

function why(error) {
  const reason = lastLine(error);
  if (error instanceof RangeError || /memory/i.test(reason)) return NO_MEMORY;
  return `Python did not start (${reason}): try again, or open this chapter in Colab.`;
}

function send(key, text, proxy) {
  const buffers = proxy.toJs(); // copies, as Python's memory moves
  postMessage({ key, text, buffers }, buffers.map((array) => array.buffer));
}

self.fetch = (address, ...options) => {
  const whole = String(address);
  if (!whole.startsWith(HERE)) return network(address, ...options);
  // said here, as Pyodide waits for ever for a part of it that does not come
  return fetchKept(whole).catch((error) => { fail(NO_NETWORK); throw error; });
};

// What ends Python in mid-answer, as `os._exit` or a stack that is full; who asked would wait for ever.
self.onunhandledrejection = (event) => {
  if (!event.reason?.pyodide_fatal_error) return;
  event.preventDefault();
  fail(ENDED);
};

self.onmessage = async ({ data }) => {
  try {
    if (receive) return receive(data.key, data.topic, data.text, data.buffers, send);
    await open(data.cache);
    await start();
    postMessage({ ready: true });
    await Promise.all(puts);
    postMessage({ kept: note });
  } catch (error) {
    console.info("Python:", lastLine(error));
    fail(receive ? ENDED : why(error));
  }
};
