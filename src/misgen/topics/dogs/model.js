// How a dog of two weights acts and learns, as `DogPolicy` and `Reinforcer` do; a test compares them.
//
// Weights are [voice, lips], and so are cues: 1 says sit, -1 stand, 0 is not there.

import { withWords } from "../../explore/js/shared.js";

const PACKED_ZERO = 2 ** 15;
const PACKED_STEPS = 1024; // as in plane.py
const DRAWS = 2 ** 32;
const [BOTH, VOICE, LIPS, NEITHER] = [0, 1, 2, 3];

/** The weights of dog number i of a packed array. */
export function weightsAt(numbers, i) {
  return [numbers[2 * i], numbers[2 * i + 1]].map((number) => (number - PACKED_ZERO) / PACKED_STEPS);
}

/** The probability to sit; by tanh, as in Python. */
export function sitChance([voice, lips], [heard, seen]) {
  return 0.5 * (1 + Math.tanh(0.5 * (voice * heard + lips * seen)));
}

/** How often a dog does what the voice says, and what the lips say; NaN for a cue that is not there. */
export function followRates(weights, cues) {
  const sits = sitChance(weights, cues);
  return cues.map((cue) => (cue === 0 ? NaN : cue > 0 ? sits : 1 - sits));
}

/** What a dog follows: the number of one of the plane's kinds. */
export function kindOf(weights, cues, reliable) {
  const [voice, lips] = followRates(weights, cues).map((rate) => rate >= reliable);
  return voice && lips ? BOTH : voice ? VOICE : lips ? LIPS : NEITHER;
}

/** A rate in whole hundredths. */
const hundredths = (rate) => Math.round(100 * rate);

// ------------------------------------------------------------------------- one that learns

/** One step of REINFORCE after one command. */
export function learn({ weights, baseline }, cues, action, reward, { rate, memory }) {
  const surprise = reward - baseline;
  const toLogit = surprise * (action - sitChance(weights, cues));
  return {
    weights: weights.map((weight, cue) => weight + rate * (toLogit * cues[cue])),
    baseline: baseline + (1 - memory) * surprise,
  };
}

/** Where praise for what the voice says moves a dog on average, if a share of commands is apart. */
export function meanStep(weights, share) {
  const of = (cues) => sitChance(weights, cues) * (1 - sitChance(weights, cues));
  const [together, apart] = [(1 - share) * of([1, 1]), share * of([1, -1])];
  return [together + apart, together - apart];
}

// ---------------------------------------------------------------- what the reader did so far

/** "g3t10" as letters, one for each command: good dog, nothing, and the trainer's choice. */
export function expanded(praise) {
  return praise.replace(/([gnt])(\d+)/g, (_, letter, count) => letter.repeat(Number(count)));
}

/** The same letters in short. */
export function shortened(letters) {
  return letters.replace(/(.)\1*/g, (run, letter) => `${letter}${run.length}`);
}

/** Whether a text says what was praised, and of no more commands than there are. */
export function isPraise(text, most) {
  return typeof text === "string" && /^(?:[gnt][1-9]\d{0,3})*$/.test(text) && expanded(text).length <= most;
}

/** Command number k of a dog, and what a dog with these weights does. */
function commandAt(arrays, dog, share, k, weights) {
  const at = dog * arrays.voice.shape[1] + k;
  const voice = arrays.voice[at] ? 1 : -1;
  const isApart = share >= arrays.together[at];
  const cues = [voice, isApart ? -voice : voice];
  const sits = sitChance(weights, cues);
  const action = arrays.draws[at] / DRAWS < sits ? 1 : 0;
  return { cues, isApart, sits, action, isObeyed: (action ? 1 : -1) === voice };
}

/**
 * What becomes of a dog: `path` has its weights before each command, `obeyed` whether it did as told,
 * `last` its last step, and `next` the command that waits for the reader, unless there are no more.
 * `share` is an index.
 */
export function courseOf({ first, settings }, arrays, { seed, share, letters }) {
  let dog = { weights: first[seed], baseline: 0 };
  const course = { path: [dog.weights], last: null, next: null, obeyed: [], praised: 0, apart: 0 };
  for (let k = 0; k < letters.length; k += 1) {
    const command = commandAt(arrays, seed, share, k, dog.weights);
    const reward = letters[k] === "g" || (letters[k] === "t" && command.isObeyed) ? 1 : 0;
    course.last = { ...command, reward, baseline: dog.baseline };
    dog = learn(dog, command.cues, command.action, reward, settings);
    course.path.push(dog.weights);
    course.obeyed.push(command.isObeyed);
    course.praised += reward;
    course.apart += command.isApart ? 1 : 0;
  }
  if (letters.length < arrays.voice.shape[1]) course.next = commandAt(arrays, seed, share, letters.length, dog.weights);
  return course;
}

/** The sentence that sums up a dog after some commands. */
export function summary({ sentence, verdicts, untold, plane }, { path, apart }) {
  const weights = path.at(-1);
  const { back, lips, apart: against } = Object.fromEntries(plane.tests.map(({ name, cues }) => [name, cues]));
  const voice = hundredths(followRates(weights, against)[0]);
  return withWords(sentence, {
    back: hundredths(followRates(weights, back)[0]),
    lips: hundredths(followRates(weights, lips)[1]),
    voice, against: 100 - voice,
    verdict: verdicts[kindOf(weights, against, plane.reliable)],
    untold: path.length > 1 && !apart ? untold : "",
  });
}

/** The sentence that says how often a dog did as told lately. */
export function tally({ tally: { none, some }, shown }, { obeyed, praised }) {
  const lately = obeyed.slice(-shown);
  const words = { count: obeyed.length, praised, last: lately.length, obeyed: lately.filter(Boolean).length };
  return withWords(obeyed.length ? some : none, words);
}

// ------------------------------------------------------------------------ a hundred of them

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The dogs of a population, the dog that learned of the same seed, and the rates of both in a test. */
export function populationOf({ plane, points, rounds }, arrays, { share, seed, time, test }) {
  const [, seeds, times, dogs] = arrays.bred.shape;
  const [, runs, kept] = arrays.learned.shape;
  const start = ((share * seeds + seed) * times + time) * dogs;
  const until = points.indexOf(rounds[time]) + 1;
  const path = (run) => Array.from({ length: until }, (_, k) => weightsAt(arrays.learned, (share * runs + run) * kept + k));
  const bred = Array.from({ length: dogs }, (_, i) => weightsAt(arrays.bred, start + i));
  const { cues } = plane.tests[test];
  const counts = [0, 0, 0, 0];
  for (const weights of bred) counts[kindOf(weights, cues, plane.reliable)] += 1;
  return { bred, counts, paths: Array.from({ length: runs }, (_, run) => path(run)), own: path(seed) };
}

/** How often a dog does what the first cue of a test says that is there. */
function obedience(weights, cues) {
  const [voice, lips] = followRates(weights, cues);
  return Number.isNaN(voice) ? lips : voice;
}

/** What is said of a population; `indices` are those of the controls' values. */
export function saidOf(table, population, indices) {
  const { counts: [both, voice, lips], own } = population;
  const labels = Object.fromEntries(table.controls.map(({ name, labels: all }) => [name, all[indices[name]]]));
  const [bred, learned] = table.atEnd[indices.distinguishing];
  const rate = hundredths(obedience(own.at(-1), table.plane.tests[indices.test].cues));
  return withWords(table.sentences[indices.test], { ...labels, both, voice, lips, bred, learned, rate });
}

/** How often the bred dogs, and the one that learned, do what the first cue says: a row for each test. */
export function ratesOf({ plane }, { bred, own }) {
  return plane.tests.map(({ cues }) => [
    hundredths(mean(bred.map((weights) => obedience(weights, cues)))), hundredths(obedience(own.at(-1), cues)),
  ]);
}
