import { once } from 'node:events';
import { existsSync, type FSWatcher, mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveServer } from './live-server.ts';

/** What a kill interrupts. */
export const AIMS = ['anything', 'checkpoint', 'archive', 'dead letters', 'history', 'start'] as const;
export type Aim = (typeof AIMS)[number];

/** Where the server writes then, within its data folder, and the names that it writes. */
const PLACES: Readonly<Partial<Record<Aim, readonly [folder: string, name: RegExp]>>> = {
  checkpoint: ['live/checkpoints', /./],
  archive: ['live/archive', /./],
  'dead letters': ['live/dead-letters', /./],
  history: ['.', /^history\.duckdb/],
};
const MOST_WAIT_MS = 5_000;

/**
 * Starts the server and kills it: at any instant, while it starts, or as soon as it writes what is aimed at and up to 30 ms
 * later. Gives whether it hit what was aimed at; where nothing was written for some seconds it kills all the same.
 */
export async function startAndKill(
  server: LiveServer,
  aim: Aim,
  random: () => number,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<boolean> {
  server.launch();
  let hit = true;
  if (aim === 'start') await sleep(100 + random() * 1_500);
  else {
    await server.ready();
    const place = PLACES[aim];
    await Promise.all([
      meanwhile(),
      place ? writes(join(server.dataFolder, place[0]), place[1]).then((seen) => (hit = seen)) : null,
    ]);
    await sleep(random() * (place ? 30 : 1_500));
  }
  await server.kill();
  return hit;
}

/** Until something of that name is written in the folder, or below it. */
async function writes(folder: string, name: RegExp): Promise<boolean> {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  // Days of the archive are folders; of others the names in the folder itself are all there is to see.
  const watcher: FSWatcher = watch(folder, { recursive: folder.endsWith('archive') });
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), MOST_WAIT_MS);
  try {
    for (;;) {
      const [, file] = (await once(watcher, 'change', giveUp)) as [string, string | null];
      if (file !== null && name.test(file)) return true;
    }
  } catch (error) {
    if (giveUp.signal.aborted) return false;
    throw error;
  } finally {
    clearTimeout(timer);
    watcher.close();
  }
}
