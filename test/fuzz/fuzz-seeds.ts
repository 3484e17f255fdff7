import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { at, orderEvent, orderLine } from '../builders.ts';
import { writeDuckDbFile, writeOrderFile } from '../event-files.ts';
import type { Seed } from './mutate.ts';
import { placesOf } from './parquet-places.ts';

/** Two days of a few orders: nulls, a duplicate, a conflict and rows that are rejected. */
function fewEvents(): OrderEvent[] {
  const orders = Array.from({ length: 8 }, (_, i) =>
    orderLine(['created', 'paid', 'refunded'], {
      order_id: `order-${i}`,
      event_time: at('2024-05-01T20:00:00Z') + i * 3_600_000,
      buyer_id: i % 3 === 0 ? null : `buyer-${i % 4}`,
      category: i % 5 === 0 ? null : (['toys', 'books', '书'][i % 3] ?? null),
      merchant_id: `merchant-${i % 2}`,
      product_id: `product-${i * 7}`,
      amount_minor: 1000 + i * 99_999_937,
      quantity: 1 + i,
      payment_method: i % 2 === 0 ? null : 'card',
    }),
  ).flat();
  const [first] = orders;
  return [
    ...orders,
    orderEvent({ ...first }),
    orderEvent({ ...first, amount_minor: 7 }),
    orderEvent({ order_id: 'bad-1', type: 'lost' }),
    orderEvent({ order_id: 'bad-2', amount_minor: -1 }),
    orderEvent({ order_id: 'bad-3', event_time: null }),
  ];
}

/** DuckDB's codecs, versions and encodings. Its pages carry no checksums. */
const DUCKDB_WAYS: Readonly<Record<string, string>> = {
  uncompressed: 'compression uncompressed',
  snappy: 'compression snappy',
  gzip: 'compression gzip',
  zstd: 'compression zstd',
  brotli: 'compression brotli',
  lz4: 'compression lz4_raw',
  plain: 'compression uncompressed, dictionary_size_limit 0',
  'newer encodings': 'compression snappy, parquet_version v2, dictionary_size_limit 0',
};

/** A few of the days of the other writers' files, by index from 1970 on. */
const OTHERS_DAYS = { from: 18_518, to: 18_521 };

const seedOf = (name: string, bytes: Uint8Array, parts: Partial<Seed> = {}): Seed => ({
  name,
  bytes,
  places: placesOf(bytes),
  hasChecksums: false,
  days: null,
  ...parts,
});

/** Sound files to start from: ours, DuckDB's, and those of `folder`, which other writers left there. */
export async function fuzzSeeds({ folder }: { readonly folder: string }): Promise<Seed[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'gmv-fuzz-seeds-'));
  const path = join(scratch, 'seed.parquet');
  const read = (): Uint8Array => new Uint8Array(readFileSync(path));
  try {
    const events = fewEvents();
    const seeds: Seed[] = [];
    for (const rows of [12, 1000]) {
      await writeOrderFile(path, events, rows);
      seeds.push(seedOf(`ours, ${rows} rows a group`, read(), { hasChecksums: true }));
    }
    for (const [name, copyOptions] of Object.entries(DUCKDB_WAYS)) {
      await writeDuckDbFile({ path, events, copyOptions });
      seeds.push(seedOf(`DuckDB ${name}`, read()));
    }
    for (const name of globSync('*.parquet', { cwd: folder }).sort()) {
      seeds.push(seedOf(name, new Uint8Array(readFileSync(join(folder, name))), { days: OTHERS_DAYS }));
    }
    return seeds;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
