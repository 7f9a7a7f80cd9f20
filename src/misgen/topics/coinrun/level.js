// A level as Python describes it (`misgen.topics.coinrun.live.described`).

const TRAVELLING = ["cells", "actors", "fewest_steps"];

/** A described level, with the cell of its coin. */
export function readLevel(table, level) {
  const triples = Array.from({ length: level.actors.length / 3 }, (_, k) => [...level.actors.subarray(3 * k, 3 * k + 3)]);
  const [, ...coin] = triples.find(([code]) => table.codes[code] === "coin");
  return { ...level, coin };
}

/** The level that came with the page, for which no Python is needed. */
export function firstLevel(table, arrays) {
  const own = Object.fromEntries(TRAVELLING.map((name) => [name, arrays[`level.${name}`]]));
  return readLevel(table, { level: table.level, apart: table.apart, ...own });
}

/** How many replays ended in one of these ways. */
export function counted(replays, ...outcomes) {
  return replays.filter(({ outcome }) => outcomes.includes(outcome)).length;
}
