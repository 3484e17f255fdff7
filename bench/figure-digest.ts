import { createHash } from 'node:crypto';
import type { DayFigures, Key, RollupFigures } from '../engine/figures/day-figures.ts';

/**
 * What figures add up to, by section (`product gmv cells`, `category orders identity`, …), as text that any engine
 * can work out in any order: how many there are that aren't 0, their sum, and their sum weighted by place. Two
 * engines that differ in one figure, or have it in another place, differ in that section.
 */
export type FigureDigest = Readonly<Record<string, string>>;

/** Weights are below this prime. */
export const WEIGHTS = 65_521;
/** The weight of a place is (key · KEY + day · DAY + slot) modulo WEIGHTS: for SQL, which does the same. */
export const KEY = 31;
export const DAY = 1_447;

const EXACT = 2 ** 52;

/** The number of a key: the second half of its MD5, which DuckDB has a function for. */
export function keyNumber(key: Key): number {
  if (key === null) return 0;
  const digest = createHash('md5').update(key).digest();
  return Number(digest.readBigUInt64LE(8) % BigInt(WEIGHTS));
}

interface Section {
  count: number;
  sum: number;
  weighted: number;
  /** What `weighted` gave away before it left the exact integers. */
  carried: bigint;
}

/** Digests the engine's days. */
export function digestOfDays(days: readonly DayFigures[]): FigureDigest {
  const digest = createFigureDigest();
  for (const day of days) digest.add(day);
  return digest.digest();
}

/** Digests days one by one. Identity counts one for each id, weighted by the id's first hash word, too. */
export function createFigureDigest(): { add(day: DayFigures): void; digest(): FigureDigest } {
  const sections = new Map<string, Section>();
  const numbers = new Map<Key, number>();
  const numberOf = (key: Key): number => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = keyNumber(key);
    numbers.set(key, number);
    return number;
  };
  const sectionOf = (name: string): Section => {
    const known = sections.get(name) ?? { count: 0, sum: 0, weighted: 0, carried: 0n };
    sections.set(name, known);
    return known;
  };
  return {
    add({ day, rollups, counts }) {
      const dayNumber = Date.parse(day) / 86_400_000;
      for (const name of ['rows', 'applied', 'duplicates'] as const) {
        add(sectionOf(`${name} daily`), counts[name], (dayNumber * DAY) % WEIGHTS);
      }
      for (const rollup of rollups) addRollup(rollup, dayNumber, numberOf, sectionOf);
    },
    digest: () =>
      Object.fromEntries(
        [...sections]
          .filter(([, { count }]) => count > 0)
          .map(([name, { count, sum, weighted, carried }]) => [
            name,
            `${count} ${sum} ${carried + BigInt(weighted)}`,
          ]),
      ),
  };
}

function addRollup(
  { rollup, keys, cells, distinct }: RollupFigures,
  day: number,
  numberOf: (key: Key) => number,
  sectionOf: (name: string) => Section,
): void {
  const places = keys.map((key) => (numberOf(key) * KEY + day * DAY) % WEIGHTS);
  for (const [lane, metric] of cells.metrics.entries()) {
    const section = sectionOf(`${rollup} ${metric} cells`);
    const values = cells.values[lane]!;
    for (let i = 0; i < values.length; i++) {
      add(section, values[i]!, (places[cells.key[i]!]! + cells.slot[i]!) % WEIGHTS);
    }
  }
  for (const { metric, hourly, daily, newIdsByMinute, identity } of distinct) {
    const name = `${rollup} ${metric}`;
    const byHour = sectionOf(`${name} hourly`);
    for (let i = 0; i < hourly.count.length; i++) {
      add(byHour, hourly.count[i]!, (places[hourly.key[i]!]! + hourly.hour[i]!) % WEIGHTS);
    }
    const byDay = sectionOf(`${name} daily`);
    for (let i = 0; i < daily.count.length; i++) add(byDay, daily.count[i]!, places[daily.key[i]!]!);
    const curve = sectionOf(`${name} curve`);
    for (let minute = 0; minute < (newIdsByMinute?.length ?? 0); minute++) {
      add(curve, newIdsByMinute![minute]!, (places[0]! + minute) % WEIGHTS);
    }
    if (!identity) continue;
    const members = sectionOf(`${name} identity`);
    for (let key = 0; key < keys.length; key++) {
      for (let i = identity.offsets[key]!; i < identity.offsets[key + 1]!; i++) {
        add(members, 1, places[key]! * (identity.lo[i]! % WEIGHTS));
      }
    }
  }
}

function add(section: Section, value: number, weight: number): void {
  if (value === 0) return;
  section.count++;
  section.sum += value;
  const weighted = value * weight;
  if (weighted > EXACT) throw new Error(`a figure of ${value} is too large for the digest`);
  section.weighted += weighted;
  if (section.weighted < EXACT) return;
  section.carried += BigInt(section.weighted);
  section.weighted = 0;
}
