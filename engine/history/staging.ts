import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DayFigures } from '../figures/day-figures.ts';
import { stagingBeside } from './history-paths.ts';
import { stageDay } from './staged/stage-day.ts';
import type { StagedDay } from './staged/staged-day.ts';

/** A day's figures, or where another thread has put them. */
export type ComputedDay = DayFigures | StagedDay;

/** Where figures wait in files until they are in the tables. */
export interface Staging {
  /** Puts figures into files, has `use` take them from there, and deletes them whatever comes of it. */
  with<T>(day: ComputedDay, use: (staged: StagedDay) => Promise<T>): Promise<T>;
  close(): void;
}

/** What lies there from before belongs to no one: a unit is done once its figures are in the tables. */
export function openStaging(path: string): Staging {
  const isInMemory = path === ':memory:';
  const folder = isInMemory ? mkdtempSync(join(tmpdir(), 'gmv-history-')) : stagingBeside(path);
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  clear();
  mkdirSync(folder, { recursive: true });
  let staged = 0;
  return {
    async with(day, use) {
      const there = 'folder' in day ? day : await stageDay(day, join(folder, `own-${++staged}`));
      try {
        return await use(there);
      } finally {
        await rm(there.folder, { recursive: true, force: true });
      }
    },
    close: clear,
  };
}
