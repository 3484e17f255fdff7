import { parseArgs } from 'node:util';
import { costOfColumns } from './cost-of-columns.ts';
import { costOfGrowth } from './cost-of-growth.ts';
import { costOfOperators } from './cost-of-operators.ts';
import { costOfRollups } from './cost-of-rollups.ts';
import { chosenSets, orderFile, SET_OPTIONS } from './order-set.ts';

/**
 * Where the time of a replay goes: processor nanoseconds per row of the real set, in one process, warm, medians over
 * rounds. Processor time counts the garbage collector's and the compiler's threads, and nothing that other programs
 * do; as the machine's caches are shared it still moves by some percent.
 */
const { values } = parseArgs({
  options: {
    ...SET_OPTIONS,
    set: { type: 'string', default: 'real' },
    rounds: { type: 'string', default: '3' },
    /** Most keys of a growing day. */
    keys: { type: 'string', default: '10000000' },
    /** One of the parts below. */
    part: { type: 'string' },
  },
});

const rounds = Number(values.rounds);
const parts: Readonly<Record<string, () => Promise<void>>> = {
  columns: () => forEachSet((file) => costOfColumns({ file, rounds })),
  operators: () => forEachSet((file) => costOfOperators({ file, rounds })),
  rollups: () => forEachSet((file) => costOfRollups({ file, rounds })),
  growth: () => costOfGrowth({ rounds, mostKeys: Number(values.keys) }),
};

async function forEachSet(run: (file: string) => Promise<void>): Promise<void> {
  for (const set of chosenSets(values)) {
    console.log(`\n${set.rows} ${set.kind} order events, ${set.codec}`);
    await run(await orderFile(set));
  }
}

const chosen = Object.keys(parts).filter((name) => values.part === undefined || values.part === name);
if (chosen.length === 0) throw new Error(`--part is one of ${Object.keys(parts).join(', ')}`);
for (const name of chosen) await parts[name]?.();
