import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FieldMap } from '../../engine/datasets/field-map.ts';
import type { DatasetSetting } from '../../engine/datasets/open-datasets.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { replayFiles } from '../../engine/runtime/replay/replay-files.ts';
import { duckdb } from '../../engine/sources/parquet/parquet-fixtures.ts';
import type { DatasetsBed } from './datasets-bed.ts';

/** A shop's own names. */
export const SHOP_MAP: FieldMap = {
  event_id: 'id',
  event_time: { from: 'at', unit: 'iso8601' },
  type: { from: 'status', values: { paid: ['PAID'], refunded: ['RETURN'] } },
  order_id: 'order',
  line: { row: true },
  product_id: { from: 'sku', letters: 'upper' },
  quantity: 'pieces',
  amount_minor: { from: 'total', unit: 'major' },
  currency: { constant: 'GBP' },
  channel: { from: 'channel', default: 'web' },
};

export const HEAD = 'id,at,status,order,sku,pieces,total,channel';
export const LINES = [
  '1,2025-11-11T00:30:00+01:00,PAID,A,abc,2,19.90,app',
  '2,2025-11-11T12:00:00Z,PAID,A,"x ""y"", z",1,5,',
  '3,2025-11-12T00:00:00.999Z,RETURN,B,abc,1,0.05,app',
];

export const csv = (...lines: string[]): string => `${[HEAD, ...lines].join('\n')}\n`;

export const countsOf = async (plan: Plan, files: readonly string[]) =>
  (await replayFiles({ plan, files: [...files], threads: 1, onDay: () => undefined })).counts;

/** Writes files of the configuration's folder, and opens them as one dataset. */
export async function foreign(
  { folder, open }: DatasetsBed,
  files: Readonly<Record<string, string | Buffer>>,
  setting: Omit<DatasetSetting, 'files'>,
) {
  await mkdir(join(folder, 'config'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'config', name), text);
  return (await open({ shop: { files: '*.*', ...setting } })).get('shop');
}

export const rowsOf = (path: string | undefined, columns = '*') =>
  duckdb(`select ${columns} from read_parquet('${path}') order by event_id`);
