import type { FileMetaData } from 'hyparquet';
import type { Schema } from '../../events/order-schema.ts';
import { fieldsOf } from './stored-fields.ts';
import { timestampUnits } from './stored-type.ts';

/** One row group as the footer tells of it. */
export interface ParquetRowGroup {
  readonly index: number;
  readonly rows: number;
  /** Compressed bytes of all its columns. */
  readonly bytes: number;
  /** Compressed bytes by column of the schema; those that the file lacks are not among them. */
  readonly columnBytes: Readonly<Record<string, number>>;
  /** Bounds of its event times, epoch ms, inclusive; null where the footer has none that can be trusted. */
  readonly minTimeMs: number | null;
  readonly maxTimeMs: number | null;
}

/** The file's row groups in order. Expects statistics of timestamps as raw BigInts. */
export function rowGroupsOf(metadata: FileMetaData, schema: Schema): ParquetRowGroup[] {
  const fields = fieldsOf(metadata);
  const leaves = schema.flatMap(({ name }) => {
    const field = fields.get(name);
    return field ? [[name, field.leaf] as const] : [];
  });
  const time = fields.get(schema.find(({ kind }) => kind === 'time')?.name ?? '');
  const units = time && timestampUnits(time.tree.element);
  const unitsPerMs = units ? BigInt(units) : undefined;
  return metadata.row_groups.map((group, index) => {
    const statistics = time && group.columns[time.leaf]?.meta_data?.statistics;
    const min = toMs(statistics?.min_value ?? statistics?.min, unitsPerMs);
    const max = toMs(statistics?.max_value ?? statistics?.max, unitsPerMs);
    const trusted = min !== null && max !== null && min <= max;
    const sizes = group.columns.map(({ meta_data: m }) => Number(m?.total_compressed_size ?? 0n));
    return {
      index,
      rows: Number(group.num_rows),
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      columnBytes: Object.fromEntries(leaves.map(([name, leaf]) => [name, sizes[leaf] ?? 0])),
      minTimeMs: trusted ? min : null,
      maxTimeMs: trusted ? max : null,
    };
  });
}

/** Floored, as the rows' own times are, so that bounds stay bounds. */
function toMs(value: unknown, unitsPerMs: bigint | undefined): number | null {
  if (typeof value !== 'bigint' || unitsPerMs === undefined) return null;
  const quotient = value / unitsPerMs;
  return Number(value % unitsPerMs < 0n ? quotient - 1n : quotient);
}
