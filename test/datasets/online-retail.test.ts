import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  asAnswered,
  comparable,
  ORIGINAL,
  PRESENT,
  readTruth,
  TRUTH_LISTS,
  type TruthRow,
} from '../online-retail.ts';
import { replayAsJson } from '../run-gmv.ts';
import { withDatasets } from './datasets-bed.ts';
import { ONLINE_RETAIL_MAP, ONLINE_RETAIL_SELECT } from './online-retail-mapping.ts';

describe.skipIf(!PRESENT)(
  `Online Retail as its publisher has it (${PRESENT ? 'present' : 'skipped: the data set is not here'})`,
  () => {
    it.each([
      ['a field map', { map: ONLINE_RETAIL_MAP }],
      ['a SELECT', { select: ONLINE_RETAIL_SELECT }],
    ])(
      'equals its truth by %s',
      async (_, reading) => {
        const truth = readTruth();
        await withDatasets(async ({ open }) => {
          const datasets = await open({ retail: { files: ORIGINAL, format: 'parquet', ...reading } });
          const retail = datasets.get('retail');
          const { summary, files } = await retail.look();
          expect(summary).toMatchObject({ files: 1, rows: truth.rows, problems: [] });
          expect(summary.days).toEqual({ from: '2010-12-01', to: '2011-12-09' });
          const days = truth.by_day as readonly TruthRow[];
          expect(files[0]?.parts.map(({ rows }) => rows)).toEqual(
            days.map(({ paid_events: p, refunded_events: r }) => Number(p) + Number(r)),
          );
          const preview = await retail.preview();
          expect(preview.problem).toBeNull();
          expect(preview.rows.length).toBe(50);
          expect(preview.rows.every(({ rejected }) => rejected === null)).toBe(true);
          const { paths } = await retail.ready(files, {});
          expect(paths.length).toBe(1);
          const answer = await replayAsJson([...paths, '--time-zone', 'UTC'], { folder: tmpdir() });
          expect(answer).toMatchObject({ rows: truth.rows, applied: truth.rows, rejected: 0 });
          expect(comparable(answer.totals)).toEqual(asAnswered(truth.totals));
          for (const [list, theirs, key] of TRUTH_LISTS) {
            const rows = truth[theirs] as readonly TruthRow[];
            expect(
              answer.by[list]?.map((row) => ({ key: row[list], ...comparable(row) })),
              list,
            ).toEqual(rows.map((row) => ({ key: row[key], ...asAnswered(row) })));
          }
        });
      },
      60_000,
    );
  },
);
