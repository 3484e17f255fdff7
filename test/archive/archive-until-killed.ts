import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { allApplied, openTestArchive, recordsOf } from '../../engine/archive/archive-fixtures.ts';
import type { ArchivePart } from '../../engine/archive/archive-part.ts';
import { writeDurably } from '../../engine/checkpoints/durable-files.ts';
import { createRandom, orderEvent } from '../builders.ts';

/** What the crash test's checkpoints say, newest first: all that are kept, in one file. */
export interface Manifests {
  readonly kept: readonly { readonly offsets: Record<string, number>; readonly part: ArchivePart }[];
}

const KEPT = 3;
const PARTITIONS = ['orders/0', 'orders/1'];
const DAY_MS = 86_400_000;

/** The time of the event at an offset: one of three days, or none. */
export const timeOf = (offset: number): number | null =>
  offset % 7 === 0 ? null : Date.UTC(2026, 10, 20) + (offset % 3) * DAY_MS + offset;

/** Archives records with checkpoints until it is killed; the crash test starts it with a folder and a seed. */
async function run(folder: string, seed: number): Promise<void> {
  const random = createRandom(seed);
  const path = join(folder, 'manifests.json');
  let kept: Manifests['kept'] = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Manifests).kept
    : [];
  const [newest, ...older] = kept;
  const { keeper, dictionaries } = await openTestArchive(join(folder, 'archive'), {
    named: newest?.part ?? null,
    kept: older.map(({ part }) => part),
    blockRows: 64,
    fileRows: 400,
    merge: { rows: 2000, bytes: 1 << 20, fanIn: 3 },
  });
  const next: Record<string, number> = { ...newest?.offsets };
  let cutting = false;
  const checkpoint = async (): Promise<void> => {
    const offsets = { ...next };
    const part = await keeper.cut();
    const kepts = [{ offsets, part }, ...kept].slice(0, KEPT);
    await writeDurably(folder, path, JSON.stringify({ kept: kepts } satisfies Manifests));
    kept = kepts;
    keeper.committed(kept.map((each) => each.part));
    process.stdout.write(`${Object.values(offsets).reduce((a, b) => a + b, 0)}\n`);
    cutting = false;
  };
  for (;;) {
    await keeper.whenReady();
    const partition = PARTITIONS[Math.floor(random() * PARTITIONS.length)] ?? '';
    const fromOffset = next[partition] ?? 0;
    const events = Array.from({ length: 1 + Math.floor(random() * 40) }, (_, i) =>
      orderEvent({
        event_id: `${partition} ${fromOffset + i}`,
        event_time: timeOf(fromOffset + i),
        product_id: `p${fromOffset % 50}`,
      }),
    );
    keeper.take(recordsOf({ dictionaries, events, fromOffset }), partition, allApplied(events.length));
    next[partition] = fromOffset + events.length;
    if (!cutting && random() < 0.6) {
      cutting = true;
      // Like live, it goes on meanwhile.
      checkpoint().catch((error) => {
        process.stderr.write(`${error}\n`);
        process.exit(1);
      });
    }
    // Merging is for when there is time.
    await sleep(4);
  }
}

const [folder, seed] = process.argv.slice(2);
if (folder && seed && import.meta.filename.endsWith('.mjs')) await run(folder, Number(seed));
