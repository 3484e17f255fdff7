import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import type { CostOptions } from './cost-of-columns.ts';
import { defaultPlan } from './default-plan.ts';
import { median } from './median.ts';
import { processorSecondsOf } from './processor-seconds.ts';
import { sampleStacks } from './sample-stacks.ts';

const plan = defaultPlan();

/** What a replay is made of, in the order of the flow; state and aggregates belong to the operator that calls them. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/engine\/sources\/parquet\/decompress\.ts$/, 'read: decompress'],
  [/engine\/sources\//, 'read: decode'],
  [/engine\/operators\/([a-z-]+)\.ts$/, 'operator: $1'],
  [/engine\/runtime\/pipeline\/figures-of-day\.ts$/, 'finish of a day'],
  [/engine\/runtime\//, 'pipeline and replay'],
];

function partOf(sourceFile: string): string | null {
  for (const [pattern, name] of PARTS) {
    const match = pattern.exec(sourceFile);
    if (match) return name.replace('$1', match[1] ?? '');
  }
  return null;
}

/** A whole replay of the default catalogue on one thread, divided among operators by sampling. */
export async function costOfOperators({ file, rounds }: CostOptions): Promise<void> {
  let rows = 0;
  const replay = async (): Promise<void> => {
    const { counts } = await replayFiles({ plan, files: [file], threads: 1, onDay: () => undefined });
    rows = counts.rows;
  };
  await replay();
  const costs = new Map<string, number[]>();
  const whole: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let shares = new Map<string, number>();
    const seconds = await processorSecondsOf(async () => {
      shares = await sampleStacks(replay, partOf);
    });
    whole.push((seconds / rows) * 1e9);
    for (const [part, share] of shares) {
      costs.set(part, [...(costs.get(part) ?? []), (share * seconds * 1e9) / rows]);
    }
  }
  const table = [...costs].map(([part, own]) => ({ part, 'ns/row': Number(median(own).toFixed(1)) }));
  table.sort((a, b) => b['ns/row'] - a['ns/row']);
  console.table([...table, { part: 'whole replay', 'ns/row': Number(median(whole).toFixed(1)) }]);
}
