import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { describe, expect, it } from 'vitest';
import { wholePlan } from '../../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { GmvError } from '../../engine/errors.ts';
import { replayFiles } from '../../engine/runtime/replay/replay-files.ts';
import { duckdb, withFolder } from '../../engine/sources/parquet/parquet-fixtures.ts';

const plan = wholePlan({ catalogue: defaultCatalogue, timeZone: 'Asia/Shanghai', currency: 'CNY' });
const DAY_US = 86_400_000_000n;
const START_US = 1_704_038_400_000_000n;

/** Six row groups of 2,048 rows, one a day and the last of two days; ids come twice. */
const ROWS = `select 'e' || (i // 2) as event_id, make_timestamp(${START_US} + (i // 2048) * ${DAY_US} + i * 7_000_000) as event_time,
  'paid' as type, 'o' || (i // 6) as order_id, 1 as line, 'p' as product_id, 1 as quantity, i % 1000 as amount_minor, 'CNY' as currency
  from range(12_288) t(i)`;

const raw = (value: bigint): bigint => value;
const parsers = {
  timestampFromMilliseconds: raw,
  timestampFromMicroseconds: raw,
  timestampFromNanoseconds: raw,
};

/** The same file with another footer. */
function withFooter(bytes: Uint8Array, change: (footer: FileMetaData) => void): Uint8Array {
  const footer = parquetMetadata(bytes, { parsers });
  change(footer);
  const writer = new ByteWriter();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true);
  writer.appendBytes(bytes.subarray(0, bytes.length - 8 - length));
  writeMetadata(writer, footer);
  writer.appendUint32(0x31524150);
  return writer.getBytes();
}

type Bounds = { readonly min?: bigint; readonly max?: bigint };

/** Sets what the footer says of event_time, row group by row group. */
const withBounds = (bytes: Uint8Array, bounds: readonly (Bounds | null | undefined)[]): Uint8Array =>
  withFooter(bytes, ({ row_groups: groups }) => {
    for (const [i, { columns }] of groups.entries()) {
      const meta = columns[1]?.meta_data;
      const told = bounds[i];
      if (meta && told !== undefined)
        meta.statistics = told ? { min_value: told.min, max_value: told.max } : undefined;
    }
  });

interface Replayed {
  readonly counts: unknown;
  readonly days: readonly [day: string, applied: number][];
}

/** What a replay gives, or the code of its error. */
async function replay(path: string, threads: number): Promise<Replayed | string> {
  const days: [string, number][] = [];
  try {
    const { counts } = await replayFiles({
      plan,
      files: [path],
      threads,
      onDay: ({ day, counts: { applied } }) => void days.push([String(day), applied]),
    });
    return { counts, days: days.sort() };
  } catch (error) {
    if (error instanceof GmvError) return error.code;
    throw error;
  }
}

async function withFile(
  work: (bytes: Uint8Array, path: string, truth: Replayed) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = join(folder, 'x.parquet');
    await duckdb(`copy (${ROWS}) to '${path}' (format parquet, row_group_size 2048)`);
    const truth = await replay(path, 1);
    if (typeof truth === 'string') throw new Error(truth);
    await work(new Uint8Array(readFileSync(path)), path, truth);
  });
}

describe('statistics of event_time', () => {
  it('may be missing, partly or upside down: figures are the same', () =>
    withFile(async (bytes, path, truth) => {
      expect(truth.days.length).toBeGreaterThan(5);
      const upsideDown = { min: START_US + 9n * DAY_US, max: START_US };
      for (const told of [null, { min: START_US }, { max: START_US + 9n * DAY_US }, upsideDown]) {
        for (const threads of [1, 2]) {
          await writeFile(
            path,
            withBounds(
              bytes,
              Array.from({ length: 6 }, () => told),
            ),
          );
          expect(await replay(path, threads)).toEqual(truth);
        }
      }
    }));

  it('that are wrong end in an error of their own, or change nothing', () =>
    withFile(async (bytes, path, truth) => {
      const seen = new Set<string>();
      const day = fc.integer({ min: -2, max: 8 }).map((d) => START_US + BigInt(d) * DAY_US);
      const told = fc.oneof(
        fc.tuple(day, day).map(([a, b]): Bounds => (a < b ? { min: a, max: b } : { min: b, max: a })),
        fc.constant({ min: -9n * 10n ** 15n, max: -8n * 10n ** 15n }),
        fc.constant(null),
      );
      const bounds = fc.array(
        fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: told }),
        { minLength: 6, maxLength: 6 },
      );
      const property = fc.asyncProperty(bounds, fc.integer({ min: 1, max: 10 }), async (list, dice) => {
        await writeFile(path, withBounds(bytes, list));
        // Threads take half a second to start.
        const got = await replay(path, dice === 1 ? 2 : 1);
        if (typeof got === 'string') expect(got).toBe('replay_statistics');
        else expect(got).toEqual(truth);
        seen.add(typeof got === 'string' ? got : 'right');
      });
      const none = Array.from({ length: 5 }, () => undefined);
      const lie = { min: START_US + 5n * DAY_US, max: START_US + 6n * DAY_US };
      // Twenty draws may all be harmless.
      const examples: [(Bounds | null | undefined)[], number][] = [
        [[lie, ...none], 2],
        [[null, ...none], 2],
      ];
      await fc.assert(property, { numRuns: 20, examples });
      expect([...seen].sort()).toEqual(['replay_statistics', 'right']);
    }));
});
