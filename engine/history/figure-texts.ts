import type { DayFigures, RollupFigures } from '../figures/day-figures.ts';

/**
 * For tests only: each figure of a day by `rollup/metric`, as a text that is equal where it says the same: without zeros,
 * which mean the same as nothing, and without the order of keys and rows.
 */
export function figureTexts(figures: DayFigures): Map<string, string> {
  const texts = new Map<string, string>();
  for (const rollup of figures.rollups) {
    const { keys, cells } = rollup;
    for (const [m, metric] of cells.metrics.entries()) {
      const rows = [...cells.key].map((key, i): [string, number] => [
        `${keys[key]} ${cells.slot[i]}`,
        cells.values[m]?.[i] ?? 0,
      ]);
      texts.set(`${rollup.rollup}/${metric}`, textOf(rows));
    }
    for (const counts of rollup.distinct)
      texts.set(`${rollup.rollup}/${counts.metric}`, distinctText(rollup, counts));
  }
  return texts;
}

function distinctText({ keys }: RollupFigures, counts: RollupFigures['distinct'][number]): string {
  const { hourly, daily, newIdsByMinute, identity } = counts;
  const hours = [...hourly.count].map((count, i): [string, number] => [
    `${keys[hourly.key[i] ?? -1]} ${hourly.hour[i]}`,
    count,
  ]);
  const days = [...daily.count].map((count, i): [string, number] => [
    `${keys[daily.key[i] ?? -1]} day`,
    count,
  ]);
  const curve = [...(newIdsByMinute ?? [])].map((ids, minute): [string, number] => [`new ${minute}`, ids]);
  const who = keys.flatMap((key, k) => {
    const [from = 0, to = 0] = identity?.offsets.slice(k, k + 2) ?? [];
    return Array.from({ length: to - from }, (_, i): [string, number] => [
      `${key} id ${identity?.hi[from + i]} ${identity?.lo[from + i]}`,
      1,
    ]);
  });
  return textOf([...hours, ...days, ...curve, ...who]);
}

const textOf = (rows: readonly (readonly [string, number])[]): string =>
  rows
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n');

/** For tests only: those figures of a day that `isWanted` names, as a pipeline gives them that computes nothing else. */
export function onlyFigures(
  figures: DayFigures,
  isWanted: (rollup: string, metric: string) => boolean,
): DayFigures {
  const rollups = figures.rollups.flatMap((rollup): RollupFigures[] => {
    const { cells, distinct } = rollup;
    const kept = cells.metrics.flatMap((metric, m) => (isWanted(rollup.rollup, metric) ? [m] : []));
    const counts = distinct.filter(({ metric }) => isWanted(rollup.rollup, metric));
    if (kept.length + counts.length === 0) return [];
    const pick = <T>(all: readonly T[]): T[] => all.filter((_, m) => kept.includes(m));
    const rows = kept.length > 0 ? cells : { ...cells, key: new Uint32Array(), slot: new Uint16Array() };
    const values = pick(cells.values).map((v) => v.subarray(0, rows.key.length));
    return [{ ...rollup, cells: { ...rows, metrics: pick(cells.metrics), values }, distinct: counts }];
  });
  return { ...figures, rollups };
}
