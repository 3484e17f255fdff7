import { openCheckpoints } from '../../engine/checkpoints/open-checkpoints.ts';
import { DEAD_LETTERS } from '../../engine/dead-letters/dead-letters-part.ts';
import { openDeadLetters } from '../../engine/dead-letters/open-dead-letters.ts';
import { type FatedRecord, fatedBatch } from './fated-batch.ts';

/** Lays down a live folder whose newest checkpoint names the letters of these records, by partition. */
export async function layLetters(
  liveFolder: string,
  records: Readonly<Record<string, readonly FatedRecord[]>>,
): Promise<void> {
  const letters = await openDeadLetters({ folder: `${liveFolder}/${DEAD_LETTERS}`, named: null });
  for (const [partition, rows] of Object.entries(records)) {
    const { batch, fates } = fatedBatch(rows);
    letters.take(batch, partition, fates);
  }
  const checkpoints = await openCheckpoints({ folder: `${liveFolder}/checkpoints` });
  const snapshot = { data: {}, release: () => undefined };
  await checkpoints.write({
    plan: { fingerprint: 'none' },
    takenAtMs: Date.parse('2026-11-11T04:00:00Z'),
    offsets: {},
    runFacts: {},
    snapshot,
    parts: { [DEAD_LETTERS]: letters.cut() },
  });
  await letters.close();
}
