import { crc32 } from 'node:zlib';
import type { ColumnDefinition, ColumnKind, Schema } from '../events/order-schema.ts';

/**
 * The columns of an archived row: the schema's, then what is known of its record and of its fate. Ids are kept as
 * their texts; integers take 64 bits, as live takes any exact one.
 */
export interface ArchiveColumns {
  readonly schema: Schema;
  /** Integers, amounts and times. */
  readonly numbers: readonly string[];
  /** Texts by code. */
  readonly coded: readonly string[];
  /** Ids, by their texts. */
  readonly ids: readonly string[];
  /** The id that no two events share. */
  readonly uniqueId: string;
  /** Equal for equal columns. */
  readonly fingerprint: string;
}

/** What a row's record is called in the archive, and what became of the row. */
export const RECORD_PARTITION = 'record_partition';
export const RECORD_OFFSET = 'record_offset';
export const RECORD_TIME = 'record_time';
export const DISPOSITION = 'disposition';
export const REJECT_REASON = 'reject_reason';

const column = (name: string, kind: ColumnKind, about: string): ColumnDefinition => {
  return { name, kind, nullable: true, about };
};

/** The columns that the archive adds. */
export const RECORD_SCHEMA: Schema = [
  column(RECORD_PARTITION, 'category', 'the record’s topic and partition: orders/0'),
  column(RECORD_OFFSET, 'money', 'its offset in the partition'),
  column(RECORD_TIME, 'time', 'its timestamp, epoch milliseconds'),
  column(DISPOSITION, 'category', 'what became of the row: applied, duplicate, conflict, late, rejected'),
  column(REJECT_REASON, 'category', 'why it was rejected; null unless it was'),
];

/** The columns of an archive of `schema`'s events. */
export function archiveColumns(schema: Schema): ArchiveColumns {
  const all = [...schema, ...RECORD_SCHEMA];
  const named = (...kinds: ColumnKind[]): string[] =>
    all.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const [uniqueId = ''] = named('id128');
  const names = all.map(({ name, kind }) => `${name} ${kind}`).join(', ');
  return {
    schema: all.map((each) => (each.kind === 'integer' ? { ...each, kind: 'money' } : each)),
    numbers: named('integer', 'money', 'time'),
    coded: named('category'),
    ids: named('id64', 'id128'),
    uniqueId,
    fingerprint: crc32(names).toString(16).padStart(8, '0'),
  };
}

/** The same columns as a reader sees them that keeps ids as texts by code. */
export function readAsTexts(columns: ArchiveColumns): ArchiveColumns {
  const { schema, coded, ids } = columns;
  return {
    ...columns,
    schema: schema.map((each) => ({
      ...each,
      kind: ids.includes(each.name) ? 'category' : each.kind,
      nullable: true,
    })),
    coded: [...coded, ...ids],
    ids: [],
  };
}
