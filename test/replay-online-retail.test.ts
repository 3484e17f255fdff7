import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  asAnswered,
  comparable,
  ORDERS,
  PRESENT,
  readOrders,
  readTruth,
  TRUTH_LISTS,
  type Truth,
  type TruthRow,
} from './online-retail.ts';
import { oracle } from './oracle.ts';
import { replayAsJson } from './run-gmv.ts';
import type { Answer } from './truth-form.ts';

describe.skipIf(!PRESENT)(
  `Online Retail (${PRESENT ? 'present' : 'skipped: the data set is not here'})`,
  () => {
    const answers = new Map<number, Answer>();
    let truth: Truth;

    beforeAll(async () => {
      truth = readTruth();
      for (const threads of [1, 2, 3]) {
        const args = [ORDERS, '--time-zone', 'UTC', '--threads', String(threads)];
        answers.set(threads, await replayAsJson(args, { folder: tmpdir() }));
      }
    });

    const answered = (threads: number): Answer => answers.get(threads) ?? { totals: {}, by: {} };

    it.each([1, 2, 3])('replays to its published truth on %i threads', (threads) => {
      const answer = answered(threads);
      expect(answer).toMatchObject({
        rows: truth.rows,
        applied: truth.rows,
        duplicates: 0,
        conflicts: 0,
        late: 0,
      });
      expect(answer).toMatchObject({ rejected: 0, rejected_by: {}, time_zone: 'UTC' });
      expect(comparable(answer.totals)).toEqual(asAnswered(truth.totals));
      expect(answer.totals.aov).toBe(truth.totals.aov_minor_rounded);
      for (const [list, theirs, key] of TRUTH_LISTS) {
        const rows = truth[theirs] as readonly TruthRow[];
        expect(rows.length, theirs).toBeGreaterThan(0);
        expect(
          answer.by[list]?.map((row) => ({ key: row[list], ...comparable(row) })),
          list,
        ).toEqual(rows.map((row) => ({ key: row[key], ...asAnswered(row) })));
      }
    });

    it('gives every field the same on any number of threads', () => {
      const { seconds: _s, rows_per_second: _r, ...one } = answered(1);
      for (const threads of [2, 3]) {
        const { seconds: _t, rows_per_second: _u, ...more } = answered(threads);
        expect(more).toEqual(one);
      }
    });

    it('agrees with the oracle in every list, hours included', async () => {
      const whole = oracle({ events: await readOrders(), timeZone: 'UTC' });
      const answer = answered(1);
      expect(answer.totals).toEqual(whole.totals);
      for (const [list, rows] of Object.entries(whole.by)) {
        const cut = ['hour', 'day', 'month', 'hour_of_day'].includes(list) ? rows : rows.slice(0, 10);
        expect(answer.by[list], list).toEqual(cut);
      }
      expect(answer.by.hour?.[0]?.hour).toBe('2010-12-01T08:00:00+00:00');
    });
  },
);
