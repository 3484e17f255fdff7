import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { verifyFiles } from '../../engine/cli/verify-files.ts';
import { wholePlan } from '../../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { duckdb, withFolder } from '../../engine/sources/parquet/parquet-fixtures.ts';

const inFolder = (name: string): string => fileURLToPath(new URL(`${name}.parquet`, import.meta.url));
const plan = wholePlan({ catalogue: defaultCatalogue, timeZone: 'Asia/Shanghai', currency: 'CNY' });

describe('the pipeline and the exported SQL agree', () => {
  it('on ids that are UUIDs, integers and decimals, and on decimal amounts', async () => {
    const files = ['pyarrow-ids', 'parquet-mr-decimals'].map(inFolder);
    const report = await verifyFiles({ plan, files, threads: 1 });
    expect(report).toMatchObject({ rows: 600, different: 0, differences: [], undecided: 0 });
    expect(report.compared).toBeGreaterThan(50_000);
  });

  it('on decimals with a fraction or past 2^53, which are rejected, and others, which are integers', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      await duckdb(
        `copy (select 'e' || i as event_id, timestamp '2024-01-01' + interval (i) minute as event_time, 'paid' as type,
           i // 2 as order_id, if(i = 5, 9007199254740993, i % 3)::decimal(20, 1) + if(i % 19 = 0, 0.5, 0) as line, 'p' as product_id, 1::decimal(9, 3) as quantity,
           (i * 1000)::decimal(18, 2) + if(i % 7 = 0, 0.01, 0) as amount_minor, 'CNY' as currency
         from range(200) t(i)) to '${path}' (format parquet)`,
      );
      const report = await verifyFiles({ plan, files: [path], threads: 1 });
      expect(report).toMatchObject({ rows: 200, different: 0, differences: [], undecided: 0 });
    }));
});
