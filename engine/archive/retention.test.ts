import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { orderEvent } from '../../test/builders.ts';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { withFolder } from '../sources/parquet/parquet-fixtures.ts';
import { allApplied, openTestArchive, recordsOf, ZONE } from './archive-fixtures.ts';
import type { ArchiveFile, ArchivePart } from './archive-part.ts';
import { type RetiredDay, retire } from './retention.ts';

const calendar = createBusinessCalendar(ZONE);
const indexOf = (label: string): number => calendar.dayOfLabel(label).index;

const file = (day: string | null, bytes: number, toRecordTimeMs: number | null = null): ArchiveFile => ({
  ...{ name: `day=${day ?? 'none'}/1.parquet`, day, columns: '', rows: 1, bytes, crc32: '' },
  ...{ fromTimeMs: null, toTimeMs: null, toRecordTimeMs, offsets: {}, dispositions: {} },
});

const FILES = [
  file('2026-11-18', 10),
  file('2026-11-18', 10),
  file('2026-11-19', 10),
  file('2026-11-20', 10),
  file('2026-11-22', 10),
  file(null, 10, Date.UTC(2026, 10, 18)),
  file(null, 10, Date.UTC(2026, 10, 22)),
];

const daysLeft = (
  retention: { days: number | null; bytes: number | null },
  sealed: string | null,
): string[] =>
  retire({ files: FILES, retention, calendar, sealedThrough: sealed === null ? null : indexOf(sealed) })
    .stay.map(({ day, toRecordTimeMs }) => day ?? `none ${toRecordTimeMs}`)
    .filter((day, i, all) => all.indexOf(day) === i);

it('keeps so many sealed days, and rows without an event time as long as the day that they came in', () => {
  expect(daysLeft({ days: 2, bytes: null }, '2026-11-21')).toEqual([
    '2026-11-20',
    '2026-11-22',
    `none ${Date.UTC(2026, 10, 22)}`,
  ]);
  expect(daysLeft({ days: 3, bytes: null }, '2026-11-21')[0]).toBe('2026-11-19');
});

it('lets the oldest days go, whole, until the rest fits', () => {
  expect(daysLeft({ days: null, bytes: 70 }, '2026-11-21').length).toBe(6);
  expect(daysLeft({ days: null, bytes: 69 }, '2026-11-21')).not.toContain('2026-11-18');
  expect(daysLeft({ days: null, bytes: 69 }, '2026-11-21')).toContain('2026-11-19');
});

it('never touches a day that is not sealed, however old or large', () => {
  expect(daysLeft({ days: 1, bytes: 0 }, null).length).toBe(6);
  expect(daysLeft({ days: 1, bytes: 0 }, '2026-11-18')).toEqual([
    '2026-11-19',
    '2026-11-20',
    '2026-11-22',
    `none ${Date.UTC(2026, 10, 22)}`,
  ]);
});

it('removes a day’s files only when no kept manifest names them, and tells of it', () =>
  withFolder(async (folder) => {
    let sealed: number | null = null;
    const told: RetiredDay[] = [];
    const { keeper, dictionaries } = await openTestArchive(folder, {
      retention: { days: 1, bytes: null },
      sealedThrough: () => sealed,
      onRetired: (days) => told.push(...days),
    });
    const days = ['2026-11-20', '2026-11-21', '2026-11-22'];
    const events = days.map((label) =>
      orderEvent({ event_id: label, event_time: calendar.dayOfLabel(label).startMs }),
    );
    keeper.take(recordsOf({ dictionaries, events, fromOffset: 0 }), 'orders/0', allApplied(3));
    const kept: ArchivePart[] = [await keeper.cut()];
    const folders = async (): Promise<string[]> => (await readdir(folder)).sort();
    const commit = async (): Promise<void> => {
      const part = await keeper.cut();
      kept.unshift(part);
      kept.length = Math.min(kept.length, 2);
      keeper.committed(kept);
      // Cuts follow what was committed before them.
      await keeper.cut();
    };
    sealed = indexOf('2026-11-21');
    await commit();
    expect(kept[0]?.files.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-22']);
    expect(await folders()).toEqual(days.map((day) => `day=${day}`));
    await commit();
    expect(await folders()).toEqual(['day=2026-11-21', 'day=2026-11-22']);
    expect(told).toMatchObject([{ day: '2026-11-20', rows: 1, files: 1, because: 'days', undated: false }]);
    await keeper.close();
  }));
