import { loanOf } from '../state/loan.ts';
import type { CheckpointContents } from './checkpoint.ts';
import { openCheckpoints } from './open-checkpoints.ts';

/** What the crash test writes: everything in a checkpoint tells its number. */
export interface NumberedContents extends CheckpointContents {
  readonly snapshot: { readonly number: number; readonly words: Uint32Array };
  readonly parts: { readonly keeper: number };
  readonly runFacts: null;
}

/**
 * Writes one checkpoint after the other into the folder that its argument names, until it is killed, and says each
 * number once it is durable; the crash test starts it.
 */
const [folder = '', words = '0'] = process.argv.slice(2);
const checkpoints = await openCheckpoints<NumberedContents>({ folder });
for (let number = 1 + ((await checkpoints.newest())?.checkpoint.snapshot.number ?? 0); ; number++) {
  await checkpoints.write({
    takenAtMs: number,
    plan: { fingerprint: String(number) },
    snapshot: loanOf({ number, words: new Uint32Array(Number(words)).fill(number) }),
    offsets: { p: String(number) },
    parts: { keeper: number },
    runFacts: null,
  });
  process.stdout.write(`${number}\n`);
}
