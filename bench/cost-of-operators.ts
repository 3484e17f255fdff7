import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import type { CostOptions } from './cost-of-columns.ts';
import { defaultPlan } from './default-plan.ts';
import { median } from './median.ts';
import { processorSeconds } from './processor-seconds.ts';
import { type PartOf, type Stacks, sampleStacks } from './sample-stacks.ts';

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

/** A function of the engine by file and name; the bundler numbers those of one name. */
const functionOf: PartOf = (sourceFile, functionName) => {
  const file = /engine\/(.*)\.ts$/.exec(sourceFile)?.[1];
  return file === undefined ? null : `${file}: ${functionName.replace(/\d+$/, '') || 'unnamed'}`;
};

const DEAREST = 30;

/** A whole replay of the default catalogue on one thread, divided by sampling: among operators, then functions. */
export async function costOfOperators({ file, rounds }: CostOptions): Promise<void> {
  let rows = 0;
  const replay = async (): Promise<void> => {
    const { counts } = await replayFiles({ plan, files: [file], threads: 1, onDay: () => undefined });
    rows = counts.rows;
  };
  await replay();
  const samples: { readonly stacks: Stacks; readonly nsPerRow: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = processorSeconds();
    const stacks = await sampleStacks(replay);
    samples.push({ stacks, nsPerRow: ((processorSeconds() - before) / rows) * 1e9 });
  }
  const tableOf = (name: string, partOf: PartOf) => {
    const rounds = samples.map(({ stacks, nsPerRow }) => ({ shares: stacks.sharesOf(partOf), nsPerRow }));
    const parts = [...new Set(rounds.flatMap(({ shares }) => [...shares.keys()]))];
    const costs = parts.map((part) => median(rounds.map((r) => (r.shares.get(part) ?? 0) * r.nsPerRow)));
    const table = parts.map((part, i) => ({ [name]: part, 'ns/row': Number(costs[i]?.toFixed(1)) }));
    return table.sort((a, b) => Number(b['ns/row']) - Number(a['ns/row']));
  };
  const whole = Number(median(samples.map(({ nsPerRow }) => nsPerRow)).toFixed(1));
  console.table([...tableOf('part', partOf), { part: 'whole replay', 'ns/row': whole }]);
  console.table(tableOf(`the ${DEAREST} dearest functions`, functionOf).slice(0, DEAREST));
}
