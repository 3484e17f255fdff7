import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { openTestArchive } from '../../engine/archive/archive-fixtures.ts';
import { type ArchivePart, archivePart } from '../../engine/archive/archive-part.ts';
import { duckdb } from '../../engine/sources/parquet/parquet-fixtures.ts';
import { createRandom } from '../builders.ts';
import { runAndKill } from '../run-and-kill.ts';
import { type Manifests, timeOf } from './archive-until-killed.ts';

const KILLS = 20;
/** A busy machine merges nothing in so short lives. */
const MOST_KILLS = 120;
/** Within the package, so that the child finds its packages. */
const BESIDE = fileURLToPath(new URL('../../test-results', import.meta.url));

it('holds each record below the checkpoint once and no other, killed with kill -9 at any instant', async () => {
  mkdirSync(BESIDE, { recursive: true });
  const folder = mkdtempSync(join(BESIDE, 'archive-killed-'));
  const archive = join(folder, 'archive');
  const seed = Date.now() % 1_000_000;
  const random = createRandom(seed);
  try {
    const source = fileURLToPath(new URL('./archive-until-killed.ts', import.meta.url));
    const script = join(folder, 'archive-until-killed.mjs');
    await build({
      ...{ entryPoints: [source], outfile: script, bundle: true, packages: 'external' },
      ...{ platform: 'node', format: 'esm' },
    });
    let before = 0;
    let merged = 0;
    for (let kill = 0; kill < KILLS || (merged === 0 && kill < MOST_KILLS); kill++) {
      const announced = await runAndKill([script, folder, String(seed + kill)], random() * 300);
      const where = `seed ${seed}, kill ${kill}`;
      const { kept } = manifestsOf(folder);
      const rows = Object.values(kept[0]?.offsets ?? {}).reduce((a, b) => a + b, 0);
      expect(rows, where).toBeGreaterThanOrEqual(Math.max(announced, before));
      before = rows;
      for (const { offsets, part } of kept) {
        checkFiles(archive, archivePart.parse(part), where);
        expect(part.rows, where).toBe(Object.values(offsets).reduce((a, b) => a + b, 0));
        merged += part.files.filter((file) => file.rows > 100).length;
      }
      const [newest, ...older] = kept;
      if (newest) expect(await readRows(archive, newest.part), where).toEqual(expectedRows(newest.offsets));
      const named = newest?.part ?? null;
      const opened = await openTestArchive(archive, { named, kept: older.map(({ part }) => part) });
      await opened.keeper.close();
      const all = new Set(kept.flatMap(({ part }) => part.files.map(({ name }) => name)));
      expect(filesIn(archive), where).toEqual([...all].sort());
    }

    expect(merged, 'small files became larger ones').toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const manifestsOf = (folder: string): Manifests => {
  const path = join(folder, 'manifests.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifests) : { kept: [] };
};

/** Every file that a part names is there, byte by byte. */
function checkFiles(archive: string, { files }: ArchivePart, where: string): void {
  for (const { name, bytes, crc32: checksum } of files) {
    const content = readFileSync(join(archive, name));
    expect([content.length, crc32(content).toString(16).padStart(8, '0')], where).toEqual([bytes, checksum]);
  }
}

const filesIn = (archive: string): string[] =>
  readdirSync(archive, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('.parquet'))
    .sort();

/** `partition offset event_id event_time folder` of every row. */
async function readRows(archive: string, part: ArchivePart): Promise<string[]> {
  const paths = part.files.map(({ name }) => `'${join(archive, name)}'`).join(', ');
  const rows = await duckdb(
    `select concat_ws(' ', record_partition, record_offset, event_id, coalesce(epoch_ms(event_time)::varchar, 'none'),
       regexp_extract(filename, 'day=([^/]+)', 1)) as row
     from read_parquet([${paths}], filename = true, hive_partitioning = false)`,
  );
  return rows.map(({ row }) => String(row)).sort();
}

function expectedRows(offsets: Readonly<Record<string, number>>): string[] {
  const shanghai = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' });
  return Object.entries(offsets)
    .flatMap(([partition, end]) =>
      Array.from({ length: end }, (_, offset) => {
        const time = timeOf(offset);
        const day = time === null ? 'none' : shanghai.format(time);
        return `${partition} ${offset} ${partition} ${offset} ${time ?? 'none'} ${day}`;
      }),
    )
    .sort();
}
