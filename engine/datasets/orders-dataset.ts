import { resolve } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import type { DatasetPreview } from '../protocol/datasets.ts';
import { openParquetFile } from '../sources/parquet/open-file.ts';
import type { Dataset } from './dataset.ts';
import { createFilesDataset, type FilesDatasetOptions } from './files-dataset.ts';
import { type ListedFile, listFiles } from './list-files.ts';
import { type FileContents, openLookMemory } from './look-memory.ts';

export interface OrdersDatasetOptions
  extends Pick<FilesDatasetOptions, 'name' | 'title' | 'calendar' | 'clock'> {
  readonly kind: 'orders' | 'sample';
  /** Files, folders and globs, from `folder`. */
  readonly patterns: readonly string[];
  readonly folder: string;
  /** Where it keeps what it knows. */
  readonly keptIn: string;
  readonly plan: Pick<Plan, 'schema' | 'columns' | 'limits'>;
  previewOf(file: ListedFile | null): Promise<DatasetPreview>;
}

/** Version of how files in our columns are read. */
const READING = 'orders 1';

/** Parquet in our own columns, replayed where it lies. */
export async function openOrdersDataset(options: OrdersDatasetOptions): Promise<Dataset> {
  const { name, kind, title, patterns, folder, keptIn, plan, calendar, clock, previewOf } = options;
  return createFilesDataset({
    ...{ name, kind, title, calendar, clock, previewOf },
    limits: plan.limits,
    from: patterns.join(', '),
    reading: READING,
    memory: await openLookMemory(resolve(keptIn, 'look.json'), READING),
    list: () => listFiles({ patterns, folder, endings: ['.parquet'] }),
    inspect: ({ path }) => inspectOrders(path, plan),
    pathOf: async ({ path }) => path,
  });
}

/** What a file's footer says. */
async function inspectOrders(path: string, plan: Pick<Plan, 'schema' | 'columns'>): Promise<FileContents> {
  const file = await openParquetFile(path, plan.schema, plan.columns);
  try {
    const groups = file.rowGroups.filter(({ rows }) => rows > 0);
    return {
      fingerprint: file.fingerprint,
      rows: file.rows,
      parts: groups.map(({ rows, bytes, minTimeMs, maxTimeMs }) => ({ rows, bytes, minTimeMs, maxTimeMs })),
      notes: [],
    };
  } finally {
    await file.close();
  }
}
