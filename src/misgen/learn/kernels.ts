// The kernels of a training (`kernels.py`) for the page, in AssemblyScript; `site/kernels.py` turns
// them into WebAssembly. They work in the memory of the Python interpreter: each address is that of
// a NumPy array. Inputs that are 0 are skipped, as most are: a product with the first weights is a
// sum of some of their rows. The units must be a multiple of 16.
//
// Nothing here may need memory of its own, which would lie upon the interpreter's: no strings, no
// arrays, and no Mathf, which keeps tables. So exp and log are those of the Cephes library (Moshier),
// whose error in float32 is below 2e-7 of the value.

const F: usize = 4; // bytes of a float32
const BLOCK: usize = 16 * F; // four vectors, which stay in registers

function exp(x: f32): f32 {
  x = max<f32>(min<f32>(x, 88), -87);
  const n = nearest<f32>(x * 1.44269504);
  const r: f32 = x - n * 0.693359375 + n * 2.12194440e-4; // ln 2 in two parts
  let p: f32 = 1.9875691500e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  return (p * r * r + r + 1) * reinterpret<f32>((i32(n) + 127) << 23);
}

function log(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  let e: f32 = f32((bits >> 23) - 126);
  let m: f32 = reinterpret<f32>((bits & 0x7fffff) | 0x3f000000); // in [0.5, 1)
  if (m < 0.707106781) {
    e -= 1;
    m += m;
  }
  m -= 1;
  let p: f32 = 7.0376836292e-2;
  p = p * m - 1.1514610310e-1;
  p = p * m + 1.1676998740e-1;
  p = p * m - 1.2420140846e-1;
  p = p * m + 1.4249322787e-1;
  p = p * m - 1.6668057665e-1;
  p = p * m + 2.0000714765e-1;
  p = p * m - 2.4999993993e-1;
  p = p * m + 3.3333331174e-1;
  const z: f32 = m * m;
  return m + (p * m * z - e * 2.12194440e-4 - 0.5 * z) + e * 0.693359375;
}

@inline function at(array: usize, i: usize): f32 { return load<f32>(array + i * F); }

@inline function put(array: usize, i: usize, x: f32): void { store<f32>(array + i * F, x); }

@inline function added(a: v128, b: v128): v128 { return f32x4.add(a, b); }

@inline function times(a: v128, b: v128): v128 { return f32x4.mul(a, b); }

@inline function laneSum(v: v128): f32 {
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1))
    + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

@inline function dot(a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) {
    sum = added(sum, times(v128.load(a + j), v128.load(b + j)));
  }
  return laneSum(sum);
}

/** Lists the inputs that are not 0: the offset of their row of weights, and their value. */
function listInputs(obs: usize, list: usize, inputs: usize, row: usize): usize {
  let end = list;
  let k: usize = 0;
  for (; k + 4 <= inputs; k += 4) {
    if (!v128.any_true(v128.load(obs + k * F))) continue;
    for (let i = k; i < k + 4; i++) end = listInput(at(obs, i), i * row, end);
  }
  for (; k < inputs; k++) end = listInput(at(obs, k), k * row, end);
  return end;
}

@inline function listInput(x: f32, offset: usize, end: usize): usize {
  if (x == 0) return end;
  store<usize>(end, offset);
  store<f32>(end, x, 4);
  return end + 8;
}

/** The hidden layer: the listed rows of the first weights, each times its input, summed and cut. */
@inline function activate(list: usize, end: usize, first: usize, hidden: usize, row: usize): void {
  const zero = f32x4.splat(0);
  for (let j: usize = 0; j < row; j += BLOCK) {
    let a = zero, b = zero, c = zero, d = zero;
    for (let entry = list; entry < end; entry += 8) {
      const from = first + load<usize>(entry) + j;
      const x = v128.load32_splat(entry, 4);
      a = added(a, times(x, v128.load(from)));
      b = added(b, times(x, v128.load(from, 16)));
      c = added(c, times(x, v128.load(from, 32)));
      d = added(d, times(x, v128.load(from, 48)));
    }
    const to = hidden + j;
    v128.store(to, f32x4.max(a, zero));
    v128.store(to, f32x4.max(b, zero), 16);
    v128.store(to, f32x4.max(c, zero), 32);
    v128.store(to, f32x4.max(d, zero), 48);
  }
}

/** The way back: adds the slopes of the hidden layer, times each listed input, to its row. */
@inline function spread(list: usize, end: usize, slopes: usize, toHidden: usize, row: usize): void {
  for (let j: usize = 0; j < row; j += BLOCK) {
    const from = toHidden + j;
    const a = v128.load(from), b = v128.load(from, 16);
    const c = v128.load(from, 32), d = v128.load(from, 48);
    for (let entry = list; entry < end; entry += 8) {
      const to = slopes + load<usize>(entry) + j;
      const x = v128.load32_splat(entry, 4);
      v128.store(to, added(v128.load(to), times(x, a)));
      v128.store(to, added(v128.load(to, 16), times(x, b)), 16);
      v128.store(to, added(v128.load(to, 32), times(x, c)), 32);
      v128.store(to, added(v128.load(to, 48), times(x, d)), 48);
    }
  }
}

/** Writes the logits, less the largest, and returns the value. */
@inline function score(
  hidden: usize, heads: usize, biases: usize, logits: usize, row: usize, actions: usize,
): f32 {
  let top: f32 = -Infinity;
  for (let a: usize = 0; a < actions; a++) {
    const z: f32 = dot(hidden, heads + a * row, row) + at(biases, a);
    put(logits, a, z);
    top = max<f32>(top, z);
  }
  for (let a: usize = 0; a < actions; a++) put(logits, a, at(logits, a) - top);
  return dot(hidden, heads + actions * row, row) + at(biases, actions);
}

/**
 * Draws an action for each observation; see `Kernels.choose`.
 * `room`: 8 * inputs + 4 * (units + 2 * actions) bytes.
 */
export function choose(
  weights: usize, obs: usize, luck: usize, drawn: usize, logProbability: usize, value: usize,
  room: usize, n: usize, inputs: usize, units: usize, actions: usize,
): void {
  const row = units * F, heads = weights + inputs * row, biases = heads + (actions + 1) * row;
  const hidden = room + inputs * 8, logits = hidden + row;
  for (let i: usize = 0; i < n; i++) {
    const end = listInputs(obs + i * inputs * F, room, inputs, row);
    activate(room, end, weights, hidden, row);
    put(value, i, score(hidden, heads, biases, logits, row, actions));
    let best: f32 = -1, first: usize = 0, sum: f32 = 0;
    for (let a: usize = 0; a < actions; a++) {
      const odds = exp(at(logits, a));
      const haste: f32 = odds / at(luck, a * n + i);
      sum += odds;
      if (haste > best) {
        best = haste;
        first = a;
      }
    }
    store<i64>(drawn + i * 8, first);
    put(logProbability, i, at(logits, first) - log(sum));
  }
}

/** The mean of the chosen rows of an array. */
@inline function meanOf(array: usize, rows: usize, n: usize): f32 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < n; i++) sum += at(array, usize(load<i64>(rows + i * 8)));
  return f32(sum / n);
}

/** Their standard deviation. */
@inline function spreadOf(array: usize, rows: usize, n: usize, mean: f32): f32 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const off: f64 = at(array, usize(load<i64>(rows + i * 8))) - mean;
    sum += off * off;
  }
  return f32(Math.sqrt(sum / n));
}

/** Turns logits into the slopes of the loss to them: the clipped objective, and the entropy. */
@inline function slopesOfLogits(
  logits: usize, odds: usize, actions: usize, done: usize, before: f32, advantage: f32, n: f32,
  clip: f32, entropyWeight: f32,
): void {
  let sum: f32 = 0;
  for (let a: usize = 0; a < actions; a++) {
    put(odds, a, exp(at(logits, a)));
    sum += at(odds, a);
  }
  const logSum = log(sum);
  let entropy: f32 = 0;
  for (let a: usize = 0; a < actions; a++) {
    entropy -= (at(odds, a) / sum) * (at(logits, a) - logSum);
  }
  const ratio = exp(at(logits, done) - logSum - before);
  const clipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
  const push: f32 = clipped ? 0 : -advantage * ratio / n;
  for (let a: usize = 0; a < actions; a++) {
    const p: f32 = at(odds, a) / sum;
    const slope: f32 = p * (entropyWeight / n * (at(logits, a) - logSum + entropy) - push);
    put(logits, a, a == done ? slope + push : slope);
  }
}

/** Adds the slopes of the heads, and writes those of the hidden layer. */
@inline function backThroughHeads(
  toScores: usize, hidden: usize, toHidden: usize, heads: usize, slopes: usize, row: usize,
  scores: usize,
): void {
  const zero = f32x4.splat(0);
  for (let j: usize = 0; j < row; j += 16) {
    const units = v128.load(hidden + j);
    let sum = zero;
    for (let s: usize = 0; s < scores; s++) {
      const x = v128.load32_splat(toScores + s * F);
      const to = slopes + s * row + j;
      v128.store(to, added(v128.load(to), times(x, units)));
      sum = added(sum, times(x, v128.load(heads + s * row + j)));
    }
    const alive = f32x4.gt(units, zero); // units that are cut off pass nothing back
    v128.store(toHidden + j, v128.and(sum, alive));
  }
}

/**
 * Writes the gradient of the PPO loss over some transitions; see `Kernels.gradient`.
 * `room`: 8 * inputs + 4 * (2 * units + 2 * actions + 1) bytes.
 */
export function gradient(
  weights: usize, slopes: usize, obs: usize, done: usize, logProbability: usize, advantage: usize,
  target: usize, rows: usize, room: usize, n: usize, inputs: usize, units: usize, actions: usize,
  clip: f32, entropyWeight: f32, valueWeight: f32,
): void {
  const row = units * F, heads = inputs * row, biases = heads + (actions + 1) * row;
  const hidden = room + inputs * 8, toHidden = hidden + row, scores = toHidden + row;
  const odds = scores + (actions + 1) * F;
  const mean = meanOf(advantage, rows, n);
  const spreadOfAll: f32 = spreadOf(advantage, rows, n, mean) + 1e-8; // as in stable-baselines3
  memory.fill(slopes, 0, biases + (actions + 1) * F);
  for (let i: usize = 0; i < n; i++) {
    const t = usize(load<i64>(rows + i * 8));
    const end = listInputs(obs + t * inputs * F, room, inputs, row);
    activate(room, end, weights, hidden, row);
    const value = score(hidden, weights + heads, weights + biases, scores, row, actions);
    slopesOfLogits(
      scores, odds, actions, usize(load<i64>(done + t * 8)), at(logProbability, t),
      (at(advantage, t) - mean) / spreadOfAll, f32(n), clip, entropyWeight,
    );
    put(scores, actions, 2 * valueWeight / f32(n) * (value - at(target, t)));
    backThroughHeads(
      scores, hidden, toHidden, weights + heads, slopes + heads, row, actions + 1,
    );
    for (let a: usize = 0; a <= actions; a++) {
      put(slopes + biases, a, at(slopes + biases, a) + at(scores, a));
    }
    spread(room, end, slopes, toHidden, row);
  }
}

/** One step of Adam with the gradient's norm cut; see `Kernels.adam`. `size`: a multiple of 4. */
export function adam(
  weights: usize, slopes: usize, mean: usize, square: usize, size: usize, longest: f32,
  beta1: f32, beta2: f32, epsilon: f32, rate: f32, unbiased: f32,
): void {
  const bytes = size * F;
  const norm: f32 = sqrt<f32>(dot(slopes, slopes, bytes));
  const cut = f32x4.splat(min<f32>(1, longest / (norm + 1e-6))); // 1e-6 as in torch
  const new1 = f32x4.splat(1 - beta1), new2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate * unbiased), least = f32x4.splat(epsilon * unbiased);
  for (let j: usize = 0; j < bytes; j += 16) {
    const g = times(v128.load(slopes + j), cut);
    let m = v128.load(mean + j), s = v128.load(square + j);
    m = added(m, times(new1, f32x4.sub(g, m)));
    s = added(s, times(new2, f32x4.sub(times(g, g), s)));
    v128.store(mean + j, m);
    v128.store(square + j, s);
    const move = f32x4.div(times(step, m), added(f32x4.sqrt(s), least));
    v128.store(weights + j, f32x4.sub(v128.load(weights + j), move));
  }
}
