import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeadLettersPart } from '../../engine/dead-letters/dead-letters-part.ts';
import { DEFAULT_LETTER_BOUNDS, openDeadLetters } from '../../engine/dead-letters/open-dead-letters.ts';
import { fatedBatch } from './fated-batch.ts';

/**
 * Takes batches and makes checkpoints in the folder that its argument names, until it is killed; the crash test
 * starts it. It goes on from the newest manifest; every third record is bad. Says each manifest that is in place.
 */
const [folder = ''] = process.argv.slice(2);
const manifest = join(folder, 'manifest.json');

interface Manifest {
  readonly nextOffset: number;
  readonly part: DeadLettersPart | null;
}

function newest(): Manifest {
  try {
    return JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { nextOffset: 0, part: null };
    throw error;
  }
}

async function publish(content: Manifest): Promise<void> {
  const file = await open(`${manifest}.part`, 'w');
  await file.writeFile(JSON.stringify(content));
  await file.sync();
  await file.close();
  await rename(`${manifest}.part`, manifest);
}

const { nextOffset: from, part: named } = newest();
const bounds = { ...DEFAULT_LETTER_BOUNDS, segmentBytes: 3_000, kept: { letters: 300, bytes: 1e9 } };
const letters = await openDeadLetters({ folder: join(folder, 'letters'), named, bounds });
process.stdout.write(`${from}\n`);
for (let offset = from; ; ) {
  for (let batches = 0; batches < 3; batches++) {
    const rows = Array.from({ length: 10 }, (_, i) => {
      const bad = (offset + i) % 3 === 0;
      const value = `{"offset":${offset + i}}`;
      return { offset: offset + i, value, fate: bad ? 'rejected' : 'applied', reason: 'not_json' } as const;
    });
    const { batch, fates } = fatedBatch(rows);
    letters.take(batch, 'orders/0', fates);
    offset += rows.length;
  }
  const cut = letters.cut();
  // Processing goes on while the cut is written: this belongs to the next one.
  const { batch, fates } = fatedBatch([{ offset, value: `{"offset":${offset}}`, reason: 'not_json' }]);
  if (offset % 3 === 0) letters.take(batch, 'orders/0', fates);
  const nextOffset = offset++;
  const part = await cut;
  await publish({ nextOffset, part });
  letters.committed([part]);
  process.stdout.write(`${nextOffset}\n`);
}
