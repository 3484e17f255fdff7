import { wholePlan } from '../../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { type Mutation, mutate, type Seed } from './mutate.ts';
import { type Outcome, readRows, replayBytes } from './replay-bytes.ts';

/** What one case came to. */
export interface CaseResult {
  readonly verdict: /** Refused by an error of ours, by its code. */
    | `refused: ${string}`
    /** Every figure is the sound file's. */
    | 'unchanged'
    /** Other figures, of a file that could have been written so. */
    | 'changed'
    /** Other figures, although checksums should have told. */
    | 'silently changed'
    /** An error that isn't ours, or rows that are not accounted for. */
    | 'broken';
  readonly problem?: string;
}

interface Sound {
  readonly plan: Plan;
  readonly rows: number;
  readonly figures: number;
}

/** Every so many unchanged cases are replayed in spite of equal rows. */
const REPLAY_ANYWAY = 32;

/** Runs cases against the outcomes of the sound files. */
export async function createCases(seeds: readonly Seed[]) {
  const sound = new Map<Seed, Sound>();
  for (const seed of seeds) {
    const plan = wholePlan({ catalogue: defaultCatalogue, timeZone: 'UTC', currency: currencyOf(seed) });
    const rows = await readRows(seed.bytes, plan);
    const replayed = await replayBytes(seed.bytes, plan, seed.days);
    if (rows.kind !== 'read' || replayed.kind !== 'read') {
      throw new Error(`the seed ${seed.name} can't be read: ${JSON.stringify([rows, replayed])}`);
    }
    sound.set(seed, { plan, rows: rows.rows, figures: replayed.figures });
  }

  const run = async ({ seed, bytes, what }: Mutation, replayAnyway: boolean): Promise<CaseResult> => {
    const before = sound.get(seed);
    if (!before) throw new Error('a seed that is not known');
    const read = await readRows(bytes, before.plan);
    if (read.kind !== 'read') return failed(read);
    if (read.rows === before.rows && !replayAnyway) return { verdict: 'unchanged' };
    const replayed = await replayBytes(bytes, before.plan, seed.days);
    if (replayed.kind !== 'read') return failed(replayed);
    if (replayed.figures === before.figures) return { verdict: 'unchanged' };
    if (read.rows === before.rows) return { verdict: 'broken', problem: 'equal rows gave other figures' };
    return { verdict: seed.hasChecksums ? 'silently changed' : 'changed', problem: what };
  };
  return {
    run: (runSeed: number, number: number): Promise<CaseResult> =>
      run(mutate(seeds, runSeed, number), number % REPLAY_ANYWAY === 0),
    runMutation: (mutation: Mutation): Promise<CaseResult> => run(mutation, true),
  };
}

function failed(outcome: Exclude<Outcome, { kind: 'read' }>): CaseResult {
  if (outcome.kind === 'refused') return { verdict: `refused: ${outcome.code}` };
  return { verdict: 'broken', problem: outcome.problem };
}

/** Files of other writers all hold the same known rows. */
const currencyOf = ({ days }: Seed): string => (days === null ? 'USD' : 'CNY');
