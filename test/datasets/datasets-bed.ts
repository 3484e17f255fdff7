import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBusinessCalendar } from '../../engine/calendar/business-calendar.ts';
import type { Datasets } from '../../engine/datasets/dataset.ts';
import { type OpenDatasetsOptions, openDatasets } from '../../engine/datasets/open-datasets.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import { compilePlan } from '../../engine/plan/compile-plan.ts';
import type { Plan } from '../../engine/plan/plan.ts';

export interface DatasetsBed {
  /** Holds `config` and `data`, both of the test's own. */
  readonly folder: string;
  readonly plan: Plan;
  readonly clock: { nowMs: number };
  /** Opens them anew, as a start does. */
  open(settings: OpenDatasetsOptions['settings'], more?: Partial<OpenDatasetsOptions>): Promise<Datasets>;
}

/** Datasets in a folder that is removed afterwards. */
export async function withDatasets(
  work: (bed: DatasetsBed) => Promise<void>,
  { timeZone = 'UTC', currency = 'GBP' } = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gmv-datasets-'));
  const plan = compilePlan({ catalogue: defaultCatalogue, schema: ORDER_SCHEMA, timeZone, currency });
  const clock = { nowMs: Date.UTC(2026, 10, 23) };
  try {
    await work({
      ...{ folder, plan, clock },
      open: (settings, more = {}) =>
        openDatasets({
          ...{ settings, plan, currencyDigits: 2, source: 'simulator' },
          configFolder: join(folder, 'config'),
          dataFolder: join(folder, 'data'),
          calendar: createBusinessCalendar(timeZone),
          clock: { now: () => clock.nowMs },
          newestArchivePart: async () => null,
          ...more,
        }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
