import type { Plan } from '../plan/plan.ts';
import type { DatasetPreview } from '../protocol/datasets.ts';
import { openParquetFile } from '../sources/parquet/open-file.ts';
import { ownColumns } from './foreign/open-mapped.ts';
import { previewRows } from './preview-rows.ts';

export interface PreviewOrdersOptions {
  readonly dataset: string;
  readonly file: { readonly path: string } | null;
  readonly plan: Plan;
  readonly spill: string;
}

/** The first rows of a file in our columns; where it is none, what is wrong with it. */
export async function previewOrders(options: PreviewOrdersOptions): Promise<DatasetPreview> {
  const { file, plan } = options;
  const columns = ownColumns(plan.schema);
  const reading = { format: 'parquet', columns, select: null } as const;
  const preview = await previewRows({ ...options, fileId: '', reading });
  if (file === null || preview.problem !== null) return preview;
  // DuckDB takes more than the replay does.
  const problem = await openParquetFile(file.path, plan.schema, plan.columns).then(
    (opened) => opened.close().then(() => null),
    (error: Error) => error.message,
  );
  return { ...preview, problem };
}
