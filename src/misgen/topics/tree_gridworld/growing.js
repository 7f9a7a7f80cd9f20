// Watch the forest go: an endless run, and its agent in a thin forest of its own.

import { readArrays } from "../../explore/js/shared.js";
import { TrainingView } from "../../explore/js/training.js";
import { ForestStage, recordingReader } from "./grid.js";

function render({ model, el }) {
  const table = model.get("table");
  const read = (packed) => recordingReader(packed)(0);
  const first = { ...read(readArrays(model)), steps: 0 }; // nothing has happened yet
  const view = new TrainingView(model, el, { stage: new ForestStage(table), first, read });
  return () => view.stop();
}

export default { render };
