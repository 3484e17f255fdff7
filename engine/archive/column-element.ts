import type { SchemaElement } from 'hyparquet';
import type { ColumnDefinition } from '../events/order-schema.ts';

/** How a footer declares a column; all are nullable. */
export function elementOf({ name, kind }: Pick<ColumnDefinition, 'name' | 'kind'>): SchemaElement {
  const common = { name, repetition_type: 'OPTIONAL' as const };
  if (kind === 'integer') return { ...common, type: 'INT32', converted_type: 'INT_32' };
  if (kind === 'money') return { ...common, type: 'INT64', converted_type: 'INT_64' };
  if (kind === 'time') {
    const logical = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
    return { ...common, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: logical };
  }
  return { ...common, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
}
