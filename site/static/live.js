// Who answers the explorers and the code cells of a page: nobody, until the reader starts Python.
//
// An explorer speaks as to a kernel (`explore/js/ask.js`). Nothing of Python is fetched before one of
// them says "start"; then one worker answers all of them. Code cells have another one: what a reader
// wrote can only be stopped by ending its worker, and a game or a training must not end with it. On a
// phone one worker does for both, as each takes some 150 MB.

const PLACE = document.querySelector("meta[name=misgen-live]");
const ABSENT = "Python in the page is not part of this copy of the book: open this chapter in Colab.";
const NOT_YET = "Python does not run in this page yet: start it first.";
const ORDERS = ["start", "stop", "restart"];

const load = () => import(new URL(`${PLACE.content}python.js`, document.baseURI));
const asleep = PLACE
  ? { state: "asleep", megabytes: Number(PLACE.dataset.megabytes) }
  : { state: "absent", reason: ABSENT };

/** One Python of a page, and the models that speak to it. */
class Answerer {
  #models = new Set();
  #state = asleep;
  #python = null;
  #starting = null;

  connect(model, name) {
    this.#models.add(model);
    model.onsend = (content, buffers) => {
      const isReady = this.#state.state === "ready";
      if (content.live === "hello") model.hear({ live: "state", ...this.#state });
      else if (ORDERS.includes(content.live)) this[content.live]();
      else if (isReady) this.#python.send(name, content, buffers, (answer, arrays) => model.hear(answer, arrays));
      else if (content.live === "ask") model.hear({ live: "error", id: content.id, value: NOT_YET });
    };
  }

  #tell(next) {
    this.#state = next;
    for (const model of this.#models) model.hear({ live: "state", ...next });
  }

  async start() {
    if (!PLACE || ["loading", "ready"].includes(this.#state.state)) return;
    this.#starting = new AbortController();
    const { signal } = this.#starting;
    this.#tell({ state: "loading", loaded: 0, total: 0 });
    const onProgress = (loaded, total) => { // the last of it may come when all is ready
      if (this.#state.state === "loading") this.#tell({ state: "loading", loaded, total });
    };
    try {
      const { Python } = await load();
      this.#python ??= new Python((reason) => this.#tell({ state: "failed", reason }));
      await this.#python.start({ onProgress, signal });
      this.#tell({ state: "ready", canRestart: true });
      for (const model of this.#models) model.send({ live: "ping" }); // opens the sessions, before it is asked
      const note = await this.#python.keep();
      if (note && this.#state.state === "ready") this.#tell({ ...this.#state, note });
    } catch (error) {
      if (!signal.aborted) this.#tell({ state: "failed", reason: error.message });
    }
  }

  stop() {
    this.#starting?.abort();
    this.#python?.stop();
    this.#tell(asleep);
  }

  restart() {
    this.stop();
    this.start();
  }
}

const SMALL_GB = 4; // of memory; browsers without `deviceMemory` tell by the finger
const isSmall = (navigator.deviceMemory ?? Infinity) <= SMALL_GB || matchMedia("(pointer: coarse)").matches;
const ofExplorers = new Answerer();
const ofCells = isSmall ? ofExplorers : new Answerer();

/** Whether the Python of the cells may be ended without a loss to others. */
export const cellsAreAlone = ofCells !== ofExplorers;

/** Lets a model's explorer speak to the page's Python; `name` is its { key, topic }. */
export const connect = (model, name) => ofExplorers.connect(model, name);

/** Does so for a code cell. */
export const connectCell = (model, name) => ofCells.connect(model, name);

// Who has started Python before gets the keeper of this edition, though he may not start it today.
if (PLACE && navigator.serviceWorker?.controller) {
  load().then(({ register }) => register()).catch((error) => console.info("Nothing is kept:", error));
}
