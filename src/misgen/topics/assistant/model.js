// What assistants answer to a week, computed from their weights, and what is said of it.

// ----------------------------------------------------------------------------- weights

/** The 32-bit numbers whose bits Python packed. */
function floats(bits) {
  return new Float32Array(bits.buffer, bits.byteOffset, bits.length);
}

/** A stack of linear layers; `at(k)` is layer k. A weight is its integer times a scale per output. */
function layersOf(arrays, name, lowBits) {
  const [high, low] = [arrays[`${name}.high`], arrays[`${name}.low`]];
  const [scale, bias] = [floats(arrays[`${name}.scale`]), floats(arrays[`${name}.bias`])];
  const [outputs, inputs] = high.shape.slice(-2);
  const [inByte, mask, zero] = [8 / lowBits, (1 << lowBits) - 1, 1 << (7 + lowBits)];
  const whole = (i) => (high[i] << lowBits) + ((low[Math.floor(i / inByte)] >> (lowBits * (i % inByte))) & mask) - zero;
  const weight = Float64Array.from(high, (_, i) => whole(i) * scale[Math.floor(i / inputs)]);
  return { weight, bias, outputs, inputs };
}

/** The outputs of layer `k` of a stack. */
function linear({ weight, bias, outputs, inputs }, k, x) {
  return Float64Array.from({ length: outputs }, (_, row) => {
    const first = (k * outputs + row) * inputs;
    let sum = bias[k * outputs + row];
    for (let i = 0; i < inputs; i += 1) if (x[i]) sum += weight[first + i] * x[i];
    return sum;
  });
}

const relu = (x) => x.map((value) => Math.max(value, 0));

function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The assistants of all seeds and fine-tunings. */
export class Assistants {
  constructor(arrays, { lowBits, settings, seeds, places }) {
    Object.assign(this, { settings, seeds, places });
    for (const name of ["hidden", "state", "knows", "books"]) this[name] = layersOf(arrays, name, lowBits);
  }

  /** What seed number `k` answers after fine-tuning number `setting`, as probabilities. */
  answers(k, setting, { input, listed }) {
    const state = relu(linear(this.state, k, relu(linear(this.hidden, k, input))));
    const bookings = linear(this.books, k * this.settings + setting, state);
    const open = bookings.slice(0, this.places).map((logit, place) => (listed.includes(place) ? logit : -Infinity));
    return { knows: softmax(linear(this.knows, k, state)), books: softmax(open), day: softmax(bookings.slice(this.places)) };
  }
}

// -------------------------------------------------------------------------------- week

/** The week that the choices compose; `indices` are those of the controls. */
export function weekOf({ week }, rule, indices) {
  const { words, ruled, fixed, listed, calendars, size } = week;
  const days = calendars[indices.day];
  const said = ruled.map((name) => words[name][indices[name]]);
  const free = days.flatMap((of, who) => [...of].map((is, day) => words.days[who] + 2 * day + Number(is)));
  const input = new Float64Array(size);
  for (const word of [...said, ...fixed, ...free]) input[word] = 1;
  const at = ruled.map((name) => indices[name]);
  const kind = rule[at.reduce((place, index, axis) => place * rule.shape[axis] + index, 0)];
  return { input, listed, days, preferred: listed[kind], suits: week.days.map((_, day) => day === indices.day) };
}

// ------------------------------------------------------------------------------ answers

export const best = (shares) => shares.indexOf(Math.max(...shares));

/** Everything that is shown of one choice; `indices` are those of the controls' values. */
export function lookAt(table, assistants, rule, indices) {
  const setting = table.settings[indices.distinguishing][indices.causes];
  const week = weekOf(table, rule, indices);
  const answers = Array.from({ length: assistants.seeds }, (_, k) => {
    const found = assistants.answers(k, setting, week);
    return { ...found, known: best(found.knows), booked: best(found.books), when: best(found.day) };
  });
  const sentence = sentenceOf(table, { ...week, answers, chosen: indices.seed }, wordsOf(table, indices));
  return { ...week, setting, answers, chosen: indices.seed, sentence };
}

/** The words about fine-tuning in a sentence. */
function wordsOf(table, { distinguishing, causes }) {
  const share = table.controls.find(({ name }) => name === "distinguishing");
  const nothing = share.values[distinguishing] === 0;
  return { share: share.labels[distinguishing], causes: nothing ? "" : table.causes[causes] };
}

// -------------------------------------------------------------------------------- words

export function filled(text, filling) {
  return text.replace(/\{([a-z]+)\}/g, (_, gap) => filling[gap]);
}

/** The colour of a place: that of the goal, of the proxy, or neither. */
export function inkOf({ places }, place, preferred) {
  if (place === preferred) return "goal";
  return places[place].kind === 0 ? "proxy" : "mute";
}

/** Those parts whose facts hold, their gaps filled; see misgen.topics.assistant.words. */
function said(parts, facts, filling) {
  const holds = ([needed]) => Object.entries(needed).every(([fact, is]) => facts[fact] === is);
  return parts.filter(holds).flatMap(([, part]) => part.map((segment) => segment.map((text) => filled(text, filling))));
}

export function sentenceOf(table, { answers, chosen, preferred, suits }, words) {
  const { places, sentences } = table;
  const { known, booked, when } = answers[chosen];
  const knowing = answers.filter((each) => each.known === preferred).length;
  const facts = {
    knows: known === preferred, obeys: booked === preferred, usual: places[preferred].kind === 0,
    suits: suits[when], all: knowing === answers.length,
  };
  const filling = {
    ...words, preferred: places[preferred].phrase, known: places[known].phrase, booked: places[booked].phrase,
    ink: inkOf(table, booked, preferred), day: table.week.days[when], seeds: answers.length, knowing,
  };
  const counts = new Map();
  for (const { booked: place } of answers) counts.set(place, (counts.get(place) ?? 0) + 1);
  const ordered = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  const counted = ordered.flatMap(([place, count], i) =>
    said(sentences.counts, { first: i === 0, last: i === ordered.length - 1, single: count === 1 },
      { count, place: places[place].phrase, ink: inkOf(table, place, preferred) }));
  return [...said(sentences.answer, facts, filling), ...counted];
}
