// The room of the painter: value iteration and other rewards, as in `gridworld.py`.
//
// What a reader may paint fits no table, so this module computes. It touches no document, and a
// test compares it with Python.

const NOWHERE = 255; // successor of a move that is not there

/** Where moves lead: `next[a]` is a cell or undefined for each move of a cell. */
export function roomOf(next, cells) {
  const actions = next.length / cells;
  return Array.from({ length: cells }, (_, cell) =>
    Array.from({ length: actions }, (_, a) => next[cell * actions + a]).map((n) => (n === NOWHERE ? undefined : n)));
}

/** What each move is worth if all later ones are best; -Infinity for moves that are not there. */
export function moveValues(room, reward, discount, sweeps, bonus = null) {
  const gain = room.map((moves, cell) => moves.map((_, a) => reward[cell] + (bonus ? bonus[cell][a] : 0)));
  const values = iterated(room, gain, discount, sweeps);
  return room.map((moves, cell) =>
    moves.map((there, a) => (there === undefined ? -Infinity : gain[cell][a] + discount * values[there])));
}

/** Value iteration, on flat arrays: the reader who moves a slider waits for it. */
function iterated(room, gain, discount, sweeps) {
  const ways = room.map((moves) => moves.flatMap((there, a) => (there === undefined ? [] : [[there, a]])));
  const first = Int32Array.from([0, ...ways.map((moves) => moves.length)]);
  for (let i = 1; i < first.length; i++) first[i] += first[i - 1];
  const leads = Int32Array.from(ways.flatMap((moves) => moves.map(([there]) => there)));
  const pays = Float64Array.from(ways.flatMap((moves, cell) => moves.map(([, a]) => gain[cell][a])));
  let [values, next] = [new Float64Array(room.length), new Float64Array(room.length)];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let cell = 0; cell < next.length; cell++) {
      let best = -Infinity;
      for (let i = first[cell]; i < first[cell + 1]; i++) best = Math.max(best, pays[i] + discount * values[leads[i]]);
      next[cell] = best;
    }
    [values, next] = [next, values];
  }
  return values;
}

export function bestValues(worth) {
  return worth.map((values) => Math.max(...values));
}

/** Which moves of each cell are best; `tie` is how close is equal. */
export function bestMoves(worth, tie) {
  return worth.map((values) => values.map((value) => value >= Math.max(...values) - tie));
}

/** How many policies take one of the best moves in each cell. */
export function countPolicies(best) {
  return best.reduce((product, moves) => product * moves.filter(Boolean).length, 1);
}

// -------------------------------------------------------------------------- other rewards

/** What shaping adds to each move: discount * potential of the next cell - potential of this. */
export function shapingOf(room, potential, discount) {
  return room.map((moves, cell) =>
    moves.map((there) => (there === undefined ? 0 : discount * potential[there] - potential[cell])));
}

/** The place of each value in their order, from 0; equal values share one. */
export function ranksOf(values, tie) {
  const order = values.map((_, cell) => cell).sort((a, b) => values[a] - values[b]);
  const ranks = values.map(() => 0);
  let rank = 0;
  order.forEach((cell, i) => {
    if (i > 0 && values[cell] - values[order[i - 1]] > tie) rank += 1;
    ranks[cell] = rank;
  });
  return ranks;
}

/** The reward under which the values are `heights`, in the order of `values`. */
export function relabelled(room, values, discount, heights, tie) {
  const high = ranksOf(values, tie).map((rank) => heights[rank]);
  return room.map((moves, cell) => {
    const ahead = moves.filter((there) => there !== undefined).map((there) => high[there]);
    return high[cell] - discount * Math.max(...ahead);
  });
}

/** A reward scaled to reach from -1 to 1; 0 where all are equal. */
export function normalizedReward(reward, tie) {
  const [low, high] = [Math.min(...reward), Math.max(...reward)];
  if (high - low <= tie) return reward.map(() => 0);
  return reward.map((r) => (2 * (r - low)) / (high - low) - 1);
}

// --------------------------------------------------------------------------------- gallery

/** Everything that the painter shows of a painted reward, in the order of `table.names`. */
export class Rivals {
  /** `rooms` are the open room and the one that is shown. */
  constructor(table, rooms, { reward, discount, sweeps, potential }) {
    Object.assign(this, { table, discount, sweeps });
    const [open, shown] = rooms;
    this.worth = this.#worth(shown, reward);
    this.best = bestMoves(this.worth, table.tie);
    this.values = bestValues(this.worth);
    const others = this.#others(open, reward, table.potentials[potential]);
    const before = bestMoves(this.#worth(open, reward), table.tie);
    this.here = this.#judged(others, shown, this.best);
    this.before = open === shown ? this.here : this.#judged(others, open, before);
  }

  #worth(room, reward, bonus = null) {
    return moveValues(room, reward, this.discount, this.sweeps, bonus);
  }

  #others(open, reward, potential) {
    const { tie, hills, affine: [factor, constant] } = this.table;
    const values = bestValues(this.#worth(open, reward));
    const onHills = (heights) => normalizedReward(relabelled(open, values, this.discount, heights, tie), tie);
    const added = reward.map((r, cell) => r + potential[cell]);
    const plain = [
      reward.map((r) => factor * r + constant), reward.map(() => 0), reward, added,
      ...hills.map(onHills), reward.map((r) => 0 - r),
    ];
    return plain.map((other, i) => ({
      name: this.table.names[i], reward: other, picture: other,
      ...(i === 2 ? { potential, picture: potential } : {}),
      ...(i === 3 ? { picture: normalizedReward(added, tie) } : {}),
    }));
  }

  #judged(others, room, best) {
    return others.map(({ name, reward, picture, potential }) => {
      const bonus = potential ? shapingOf(room, potential, this.discount) : null;
      const moves = bestMoves(this.#worth(room, reward, bonus), this.table.tie);
      return { name, picture, verdict: verdictOn(best, moves), policies: countPolicies(moves) };
    });
  }
}

function verdictOn(best, moves) {
  const pairs = best.flatMap((ofCell, cell) => ofCell.map((is, a) => [is, moves[cell][a]]));
  if (pairs.some(([is, other]) => is && !other)) return "other";
  return pairs.every(([is, other]) => is === other) ? "same" : "among";
}

// ----------------------------------------------------------------------------------- words

const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A template of the table with its gaps filled. */
export function filled(template, words) {
  return template.replace(/\{([a-z]+)\}/g, (_, name) => words[name]);
}

export function policiesText(count, { words, mostCounted }) {
  if (count === 1) return words.one;
  const power = [...`${String(count).length - 1}`].map((digit) => POWERS[digit]).join("");
  return filled(words.many, { count: count <= mostCounted ? count.toLocaleString("en-GB") : filled(words.large, { power }) });
}

/** A value with one digit; halves are rounded away from zero. */
export function valueText(value) {
  const tenths = Math.floor(10 * Math.abs(value) + 0.5);
  return `${value < 0 && tenths ? "−" : ""}${Math.floor(tenths / 10)}.${tenths % 10}`;
}

/** The painter's sentence, filled from the templates of the table. */
export function painterSentence(table, { best, here, before }, wall) {
  const policies = countPolicies(best);
  const fits = ({ verdict }) => verdict !== "other";
  const words = {
    policies: policiesText(policies, table),
    take: table.words[policies === 1 ? "takes" : "take"],
    explain: here.filter(fits).length,
    same: here.filter(({ verdict }) => verdict === "same").length,
    all: here.length,
    before: before.filter(fits).length,
    kept: here.filter((rival, i) => fits(rival) && fits(before[i])).length || table.words.none,
  };
  return table.templates[wall ? "wall" : "open"].map(([tag, text]) => [tag, filled(text, words)]);
}
