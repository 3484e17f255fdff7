import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import { GmvError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { say } from '../protocol/sayings.ts';
import { createArchiveDataset, type NewestArchivePart } from './archive-dataset.ts';
import type { Dataset, Datasets } from './dataset.ts';
import type { FieldMap } from './field-map.ts';
import { openForeignDataset } from './foreign/foreign-dataset.ts';
import type { ForeignFormat } from './foreign/foreign-source.ts';
import { clearHeldFiles, createHeldFiles } from './hold-files.ts';
import { openOrdersDataset } from './orders-dataset.ts';
import { previewOrders } from './preview-orders.ts';

/** A dataset as `gmv.config.ts` has it: Parquet in our columns, or foreign files by a field map or a SELECT. */
export interface DatasetSetting {
  readonly title?: string | undefined;
  readonly files: string | readonly string[];
  readonly format?: ForeignFormat;
  readonly delimiter?: string | undefined;
  readonly map?: FieldMap;
  readonly select?: string;
}

export interface OpenDatasetsOptions {
  readonly settings: Readonly<Record<string, DatasetSetting>>;
  /** Folder of the configuration: what globs are relative to. */
  readonly configFolder: string;
  readonly dataFolder: string;
  readonly plan: Plan;
  /** Digits of the currency's minor unit (ISO 4217). */
  readonly currencyDigits: number;
  readonly calendar: BusinessCalendar;
  readonly clock: { now(): number };
  readonly source: 'simulator' | 'kafka';
  readonly newestArchivePart: NewestArchivePart;
}

/** What history comes with, by where live orders come from. */
const BUILT_IN = { kafka: 'archive', simulator: 'sample' } as const;

/**
 * Opens the datasets that there are, the built-in one first. No file of theirs is read yet; what a crash left behind
 * is removed.
 *
 * @throws GmvError `config` for a name that is taken, `mapping` for a field map that can't be.
 */
export async function openDatasets(options: OpenDatasetsOptions): Promise<Datasets> {
  const { settings, configFolder, dataFolder, plan, calendar, clock, source } = options;
  const folder = join(dataFolder, 'datasets');
  const keptIn = (name: string): string => join(folder, name);
  // No name of a dataset begins with a dot.
  const spill = join(folder, '.temporary');
  await rm(spill, { recursive: true, force: true });
  const previewOf = (dataset: string) => (file: { readonly path: string } | null) =>
    previewOrders({ dataset, file, plan, spill });

  const builtIn = BUILT_IN[source];
  const taken = Object.values(BUILT_IN).find((name) => Object.hasOwn(settings, name));
  if (taken) {
    throw new GmvError('config', `the dataset "${taken}" has a name that is built in`, 'Give it another.');
  }
  const heldFolder = join(keptIn(builtIn), 'held');
  await clearHeldFiles(heldFolder);
  const first =
    source === 'kafka'
      ? createArchiveDataset({
          ...{ calendar, clock, limits: plan.limits, newestArchivePart: options.newestArchivePart },
          held: createHeldFiles(heldFolder),
          previewOf: previewOf(builtIn),
        })
      : await openOrdersDataset({
          ...{ name: builtIn, kind: 'sample', title: say('sample'), plan, calendar, clock },
          ...{ patterns: ['sample/*.parquet'], folder: dataFolder, keptIn: keptIn(builtIn) },
          previewOf: previewOf(builtIn),
        });
  const all: Dataset[] = [first];
  for (const [name, setting] of Object.entries(settings)) {
    const { title = name, files, format, map, select, delimiter } = setting;
    const shared = {
      ...{ name, title, plan, calendar, clock, folder: configFolder, keptIn: keptIn(name) },
      patterns: typeof files === 'string' ? [files] : files,
    };
    if (format === undefined) {
      all.push(await openOrdersDataset({ ...shared, kind: 'orders', previewOf: previewOf(name) }));
      continue;
    }
    const reading = select === undefined ? { map: map ?? {} } : { select };
    const { currencyDigits } = options;
    all.push(await openForeignDataset({ ...shared, format, delimiter, reading, currencyDigits, spill }));
  }
  return {
    all,
    get(name) {
      const found = all.find((dataset) => dataset.name === name);
      if (found) return found;
      const names = all.map((dataset) => dataset.name).join(', ');
      throw new GmvError('no_such_dataset', `there is no dataset "${name}"`, `There is ${names}.`);
    },
    async close() {
      await rm(spill, { recursive: true, force: true });
    },
  };
}
