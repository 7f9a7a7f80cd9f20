// What a linear policy does on the coin line, computed from its weights as `clone.py` does.
//
// A grid holds one number for each state: that of place p and coin c is at c * (length + 1) + p.

const LOGITS = {
  position_and_coin: (w, p, c) => w(0) + w(1) * p + w(2) * c,
  difference: (w, p, c) => w(0) + w(1) * (c - p),
  one_hot: (w, p, c, length) => w(p) + w(length + 1 + c),
  table: (w, p, c, length) => w(c * (length + 1) + p),
};

/** Call `make(place, coin)` for each state. */
function grid(length, make) {
  const size = length + 1;
  return Float64Array.from({ length: size * size }, (_, i) => make(i % size, Math.floor(i / size)));
}

/** The logits of all states; `weight(k)` is the weight of feature k. */
function logitsOf(weight, encoding, length) {
  return grid(length, (p, c) => LOGITS[encoding](weight, p, c, length));
}

/** The chance of stepping right of an agent that does what it prefers. */
function decisionsOf(logits) {
  return logits.map((logit) => (Math.sign(logit) + 1) / 2);
}

/** The probability that the coin is taken in time, from each start. */
function success(right, length) {
  const at = (p, c) => c * (length + 1) + p;
  let taken = grid(length, (p, c) => Number(p === c));
  for (let step = 0; step < 2 * length; step += 1) {
    const later = taken;
    taken = grid(length, (p, c) => {
      if (p === c) return 1;
      const ahead = right[at(p, c)];
      return ahead * later[at(Math.min(p + 1, length), c)] + (1 - ahead) * later[at(Math.max(p - 1, 0), c)];
    });
  }
  return taken;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The shares of episodes in which the coin is taken: coin at the right end, coin anywhere. */
function scoresOf(right, length) {
  const taken = success(right, length);
  return { ambiguous: mean(taken.subarray(-(length + 1))), uniform: mean(taken) };
}

/** Where the agent goes from a state, and how that ends; see misgen.topics.coin_line.scores.walk. */
function walk(right, length, place, coin) {
  const places = [place];
  for (;;) {
    const here = places.at(-1);
    if (here === coin) return { places, end: "coin" };
    const chance = right[coin * (length + 1) + here];
    if (chance > 0 && chance < 1) return { places, end: "random" };
    const following = chance ? Math.min(here + 1, length) : Math.max(here - 1, 0);
    if (following === here) return { places, end: "wall" };
    if (places.includes(following)) return { places, end: "between" };
    places.push(following);
  }
}

/** Kind of a decision: an index into the table's kinds. */
function kindOf(chance, place, coin) {
  if (place === coin) return 0;
  if (chance === 0.5) return 1;
  const [right, ahead] = [chance === 1, coin > place];
  return right ? (ahead ? 2 : 3) : ahead ? 5 : 4;
}

// ----------------------------------------------------------------------------------- words

const SMALLEST = 0.0005; // of a logit that three decimals can tell from 0

/** A logit with its sign, in words where it is too small to be written. */
function writtenLogit(logit) {
  if (logit === 0) return "exactly 0";
  if (Math.abs(logit) < SMALLEST) return logit > 0 ? "just above 0" : "just below 0";
  return (logit > 0 ? "+" : "−") + Math.abs(logit).toFixed(3);
}

export function writtenShare(share) {
  return `${Math.round(100 * share)} %`;
}

/** Which of the table's sentences tells a walk, and what fills its gaps. */
function walkWords({ places, end }, logit) {
  const [before, last] = places.slice(-2);
  const near = end === "between" ? { low: Math.min(before, last), high: Math.max(before, last) } : {};
  const atOnce = end === "random" && places.length === 1;
  const way = logit > 0 ? "right" : "left";
  return [atOnce ? "undecided" : end, { ...near, way, last: places.at(-1), logit: writtenLogit(logit) }];
}

/** The sentence of a state: templates of the table, filled. */
function sentenceOf(templates, { filling, walked, probeLogit, flip }) {
  const [key, found] = walkWords(walked, probeLogit);
  const words = { ...filling, ...found, flip: flip === null ? "" : flip.toLocaleString("en") };
  const keys = ["after", key, "score", flip === null ? "never" : "flips"];
  return keys.flatMap((name) => templates[name])
    .map(([tag, text]) => [tag, text.replace(/\{([a-z]+)\}/g, (_, gap) => words[gap])]);
}

// ------------------------------------------------------------------------- what is chosen

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

function chosen(table, indices) {
  const line = table.lines[indices.length];
  const encoding = table.controls[2].values[indices.encoding];
  return { line, encoding, length: line.length, probe: line.probe };
}

/** Everything that is shown of one choice; `indices` are those of the controls' values. */
export function lookAt(table, arrays, indices) {
  const { line, encoding, length, probe: [place, coin] } = chosen(table, indices);
  const { distinguishing: share, steps: step } = indices;
  const logits = logitsOf(weightsOf(arrays, encoding, length)(share, step), encoding, length);
  const right = decisionsOf(logits);
  const kinds = Array.from(right, (chance, i) => kindOf(chance, i % (length + 1), Math.floor(i / (length + 1))));
  const [scores, walked] = [scoresOf(right, length), walk(right, length, place, coin)];
  const probeLogit = logits[coin * (length + 1) + place];
  const filling = {
    share: table.controls[0].labels[share], steps: table.controls[1].labels[step], most: table.most,
    uniform: writtenShare(scores.uniform), rule: writtenShare(line.rules.right.uniform),
  };
  const flip = line.flips[indices.encoding][share];
  const sentence = sentenceOf(table.sentences, { filling, walked, probeLogit, flip });
  return { logits, kinds, scores, walked, length, sentence };
}

/** The chance of right at the probe by its logit, over all steps, for each share. */
export function chancesAtProbe(table, arrays, indices) {
  const { encoding, length, probe: [place, coin] } = chosen(table, indices);
  const [shares, steps] = table.controls;
  const weights = weightsOf(arrays, encoding, length);
  const logit = (share, step) => LOGITS[encoding](weights(share, step), place, coin, length);
  return shares.values.map((_, share) => steps.values.map((__, step) => 1 / (1 + Math.exp(-logit(share, step)))));
}
