// Watch it learn: a training, and its agent on one level if its environment has levels to be drawn.

import { readArrays } from "./shared.js";
import { replaysOf } from "./board.js";
import { replayReader, Stage } from "./stage.js";
import { TrainingView } from "./training.js";

/** The level before the training: nothing has happened yet. */
function levelOf(model) {
  const table = model.get("table");
  const first = { ...replayReader(table, readArrays(model))(0), outcome: null };
  return { stage: new Stage(table), first, read: (replay) => replaysOf(table, replay)[0] };
}

function render({ model, el }) {
  const view = new TrainingView(model, el, model.get("table").codes ? levelOf(model) : null);
  return () => view.stop();
}

export default { render };
