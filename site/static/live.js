// Who answers the explorers of a page: nobody, until the reader starts Python in the page.
//
// An explorer speaks as to a kernel (`explore/js/ask.js`). Nothing of Python is fetched before one of
// them says "start"; then one worker answers all of them.

const PLACE = document.querySelector("meta[name=misgen-live]");
const ABSENT = "Python in the page is not part of this copy of the book: open this chapter in Colab.";
const NOT_YET = "Python does not run in this page yet: start it first.";

const asleep = PLACE
  ? { state: "asleep", megabytes: Number(PLACE.dataset.megabytes) }
  : { state: "absent", reason: ABSENT };
const models = new Set();
let state = asleep;
let python = null;
let starting = null;

const load = () => import(new URL(`${PLACE.content}python.js`, document.baseURI));

function tell(next) {
  state = next;
  for (const model of models) model.hear({ live: "state", ...state });
}

async function start() {
  if (!PLACE || ["loading", "ready"].includes(state.state)) return;
  starting = new AbortController();
  const { signal } = starting;
  tell({ state: "loading", loaded: 0, total: 0 });
  const onProgress = (loaded, total) => { // the last of it may come when all is ready
    if (state.state === "loading") tell({ state: "loading", loaded, total });
  };
  try {
    const { Python } = await load();
    python ??= new Python((reason) => tell({ state: "failed", reason }));
    await python.start({ onProgress, signal });
    tell({ state: "ready", canRestart: true });
    for (const model of models) model.send({ live: "ping" }); // opens the sessions, before it is asked
    const note = await python.keep();
    if (note && state.state === "ready") tell({ ...state, note });
  } catch (error) {
    if (!signal.aborted) tell({ state: "failed", reason: error.message });
  }
}

function stop() {
  starting?.abort();
  python?.stop();
  tell(asleep);
}

function restart() {
  stop();
  start();
}

const ORDERS = { start, stop, restart };

/** Lets a model's explorer speak to the page's Python; `name` is its { key, topic }. */
export function connect(model, name) {
  models.add(model);
  model.onsend = (content, buffers) => {
    if (content.live === "hello") model.hear({ live: "state", ...state });
    else if (content.live in ORDERS) ORDERS[content.live]();
    else if (state.state === "ready") python.send(name, content, buffers, (answer, arrays) => model.hear(answer, arrays));
    else if (content.live === "ask") model.hear({ live: "error", id: content.id, value: NOT_YET });
  };
}

// Who has started Python before gets the keeper of this edition, though he may not start it today.
if (PLACE && navigator.serviceWorker?.controller) {
  load().then(({ register }) => register()).catch((error) => console.info("Nothing is kept:", error));
}
