import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { orderEvent } from '../../test/builders.ts';
import { withFolder } from '../sources/parquet/parquet-fixtures.ts';
import { allApplied, openTestArchive, recordsOf } from './archive-fixtures.ts';
import { fileName } from './archive-part.ts';
import { archivedRows } from './archived-rows-fixture.ts';

const DAY = '2026-11-22';

/** The next so many files of the day lie on a disk without room. */
async function fillDisk(folder: string, numbers: readonly number[]): Promise<void> {
  await mkdir(join(folder, `day=${DAY}`), { recursive: true });
  for (const number of numbers) await symlink('/dev/full', join(folder, `${fileName(DAY, number)}.part`));
}

const eventsAt = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    orderEvent({ event_id: `e${from + i}`, event_time: Date.UTC(2026, 10, 22, 1) + from + i }),
  );

it('loses nothing on a full disk: a cut says so, earlier files stay good, and later cuts go on', () =>
  withFolder(async (folder) => {
    const { keeper, dictionaries } = await openTestArchive(folder);
    const take = (from: number, count: number): void => {
      const batch = recordsOf({ dictionaries, events: eventsAt(from, count), fromOffset: from });
      keeper.take(batch, 'orders/0', allApplied(count));
    };
    take(0, 10);
    const before = await keeper.cut();
    await fillDisk(folder, [2]);
    take(10, 10);
    await expect(keeper.cut()).rejects.toMatchObject({
      code: 'archive_write',
      retriable: true,
      message: expect.stringMatching(/ENOSPC.*free space/),
    });
    expect(keeper.problem()).toContain('ENOSPC');
    expect((await archivedRows(folder, before)).length).toBe(10);
    take(20, 10);
    const part = await keeper.cut();
    expect(keeper.problem()).toBeNull();
    expect((await archivedRows(folder, part)).map(({ event_id: id }) => id)).toEqual(
      Array.from({ length: 30 }, (_, i) => `e${i}`),
    );
    expect((await readdir(join(folder, `day=${DAY}`))).length).toBe(part.files.length);
    await keeper.close();
  }));

it('makes live wait while the disk is full, and lets it go on by itself when there is room again', () =>
  withFolder(async (folder) => {
    const { keeper, dictionaries } = await openTestArchive(folder, {
      blockRows: 10,
      mostBlocks: 3,
      fileRows: 20,
    });
    await fillDisk(folder, [1]);
    let taken = 0;
    // Live goes on until what is on the way fills its bounds.
    for (let turn = 0; turn < 2000 && (keeper.ready() || keeper.problem() === null); turn++) {
      if (keeper.ready()) {
        const events = eventsAt(taken, 10);
        keeper.take(recordsOf({ dictionaries, events, fromOffset: taken }), 'orders/0', allApplied(10));
        taken += 10;
      }
      await sleep(1);
    }
    expect(taken, 'no more blocks than are meant to be').toBeLessThanOrEqual(20 + 3 * 10);
    expect(keeper.problem()).toContain('ENOSPC');
    await keeper.whenReady();
    expect(keeper.problem()).toBeNull();
    const part = await keeper.cut();
    expect(part.rows).toBe(taken);
    await keeper.close();
  }));

it('takes no more rows, and rejects what waits, when the writing end breaks down', () =>
  withFolder(async (folder) => {
    const { keeper, dictionaries, breakDown } = await openTestArchive(folder);
    const batch = recordsOf({ dictionaries, events: eventsAt(0, 10), fromOffset: 0 });
    keeper.take(batch, 'orders/0', allApplied(10));
    breakDown();
    await expect(keeper.cut()).rejects.toMatchObject({ code: 'archive_thread', retriable: true });
    expect(() => keeper.ready(), 'also where nothing comes').toThrow('has ended');
    expect(() => keeper.take(batch, 'orders/0', allApplied(10))).toThrow('has ended');
    await keeper.close();
    await writeFile(join(folder, 'taken'), '');
    await expect(openTestArchive(join(folder, 'taken', 'archive'))).rejects.toMatchObject({
      code: 'archive_thread',
      message: expect.stringContaining('ENOTDIR'),
    });
  }));
