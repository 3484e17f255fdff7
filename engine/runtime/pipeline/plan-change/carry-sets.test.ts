import { expect, test } from 'vitest';
import {
  createDistinctTable,
  type DistinctTableSnapshot,
  REC_HOURS,
  REC_MINUTE,
  snapshotDistinct,
} from '../../../state/distinct-table.ts';
import { recordOf } from '../../../state/id-table.ts';
import { copyOf, VIEWS } from '../../../state/loan.ts';
import { carrySet } from './carry-sets.ts';

const HOURS_OF_DAY = [0, 1, 2, 2, 3];

/** A set without axes on a day whose hour 2 comes twice, with one id in the given hour slots. */
function setOf(slots: readonly number[], hourOfDay: boolean, cumulative: boolean): DistinctTableSnapshot {
  const hours = HOURS_OF_DAY.length;
  const options = { axes: 0, hours, minutes: hours * 60, cumulative, hourOfDay, trackChanges: false };
  const table = createDistinctTable(options);
  if (slots.length > 0) {
    const record = recordOf(table.ids, 1, 2);
    for (const slot of slots) table.ids.records[record + REC_HOURS]! |= 1 << slot;
    table.ids.records[record + REC_MINUTE] = 150;
  }
  return copyOf<DistinctTableSnapshot>(snapshotDistinct(table, VIEWS));
}

const carry = (before: DistinctTableSnapshot): DistinctTableSnapshot =>
  carrySet({
    before,
    axesBefore: 0,
    to: { column: 'order_id', predicate: 0, axes: [], hourOfDay: true, cumulative: true },
    axes: [],
    empty: setOf([], true, true),
    hourOfDay: HOURS_OF_DAY,
  });

test('hours of the day follow from who was counted when: an hour that comes twice has each id once', () => {
  const { byHourOfDay } = carry(setOf([1, 2, 3], false, true));
  const stride = 1 + HOURS_OF_DAY.length;
  const told = [...(byHourOfDay?.counts ?? [])].slice(0, 4 * stride);
  expect(told).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
});

test('a curve that begins has no minute of ids before, and one that goes on keeps them', () => {
  expect(carry(setOf([1], true, false)).ids.records[REC_MINUTE]).toBe(0);
  expect(carry(setOf([1], true, true)).ids.records[REC_MINUTE]).toBe(150);
});
