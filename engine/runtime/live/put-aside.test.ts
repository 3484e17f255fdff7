import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putAside } from './put-aside.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-aside-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('files get another folder, whole; folders that are empty or not there stay as they are', async () => {
  const archive = join(folder, 'archive');
  const letters = join(folder, 'dead-letters');
  mkdirSync(join(archive, 'day=2026-11-11'), { recursive: true });
  writeFileSync(join(archive, 'day=2026-11-11', '1.parquet'), 'x');
  mkdirSync(letters);
  const notes = await putAside([archive, letters, join(folder, 'none')], Date.UTC(2026, 10, 12, 1, 2, 3));
  const aside = join(folder, 'archive-20261112T010203Z');
  expect(notes).toEqual([`There was no checkpoint for what lay in ${archive}: it is in ${aside} now`]);
  expect(readFileSync(join(aside, 'day=2026-11-11', '1.parquet'), 'utf8')).toBe('x');
  expect(existsSync(archive)).toBe(false);
  expect(existsSync(letters)).toBe(true);
});
