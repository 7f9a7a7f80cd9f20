// What a linear policy prefers on the coin line, computed from its weights as `clone.logits` does.
//
// A grid holds one number for each state: that of place p and coin c is at c * (length + 1) + p.

const LOGITS = {
  position_and_coin: (w, p, c) => w(0) + w(1) * p + w(2) * c,
  difference: (w, p, c) => w(0) + w(1) * (c - p),
  one_hot: (w, p, c, length) => w(p) + w(length + 1 + c),
  table: (w, p, c, length) => w(c * (length + 1) + p),
};

/** Kind of a decision: an index into the table's kinds. */
function kindOf(logit, place, coin) {
  if (place === coin) return 0;
  if (logit === 0) return 1;
  const ahead = coin > place;
  return logit > 0 ? (ahead ? 2 : 3) : ahead ? 5 : 4;
}

/** A function of share and step that returns the function of the weights there. */
function weightsOf(arrays, encoding, length) {
  const bits = arrays[`weights.${encoding}.${length}`];
  const values = new Float32Array(bits.buffer, bits.byteOffset, bits.length);
  const places = arrays[`columns.${encoding}.${length}`];
  const [, steps, columns] = bits.shape;
  return (share, step) => (k) => {
    if (places[k] === 0) return 0;
    const value = values[(share * steps + step) * columns + ((places[k] - 1) >> 1)];
    return places[k] % 2 ? value : -value;
  };
}

/** Logits and kinds of all states for one choice; `indices` are those of the controls' values. */
export function decisionsOf(table, arrays, indices) {
  const { length } = table.lines[indices.length];
  const encoding = table.controls[2].values[indices.encoding];
  const weight = weightsOf(arrays, encoding, length)(indices.distinguishing, indices.steps);
  const states = Array.from({ length: (length + 1) ** 2 }, (_, i) => [i % (length + 1), Math.floor(i / (length + 1))]);
  const logits = states.map(([place, coin]) => LOGITS[encoding](weight, place, coin, length));
  return { length, logits, kinds: states.map((state, i) => kindOf(logits[i], ...state)) };
}

/** The chance of right at the probe by its logit, over all steps, for each share. */
export function chancesAtProbe(table, arrays, indices) {
  const { length, probe: [place, coin] } = table.lines[indices.length];
  const [shares, steps, { values }] = table.controls;
  const encoding = values[indices.encoding];
  const weights = weightsOf(arrays, encoding, length);
  const logit = (share, step) => LOGITS[encoding](weights(share, step), place, coin, length);
  return shares.values.map((_, share) => steps.values.map((__, step) => 1 / (1 + Math.exp(-logit(share, step)))));
}

/** A template of the table with its gaps filled. */
export function filled(template, words) {
  return template.replace(/\{([a-z]+)\}/g, (_, name) => words[name]);
}
