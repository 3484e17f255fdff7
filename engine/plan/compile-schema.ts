import type { ColumnDefinition, ColumnKind, Schema } from '../events/order-schema.ts';
import { listNames, planError, refuseDuplicates } from './plan-error.ts';

/** Columns that validation, deduplication and business days go by, and the kind that each must have. */
const ESSENTIAL: Readonly<Record<string, ColumnKind>> = {
  event_id: 'id128',
  event_time: 'time',
  type: 'category',
  currency: 'category',
};

/** Checks that the schema has what every plan needs; throws a GmvError that names the column. */
export function checkSchema(schema: Schema): void {
  refuseDuplicates(
    'column',
    schema.map((column) => column.name),
  );
  for (const [name, kind] of Object.entries(ESSENTIAL)) {
    const found = schema.find((column) => column.name === name);
    if (found?.kind !== kind || found.nullable) {
      throw planError(
        `the schema has no required ${kind} column "${name}"`,
        'Start from ORDER_SCHEMA and add columns to it.',
      );
    }
  }
  const wide = schema.find((column) => column.kind === 'id128' && column.name !== 'event_id');
  if (wide) throw planError(`column "${wide.name}" is an id128, as only event_id can be`, 'Make it an id64.');
}

/** The named column where its kind is one of `kinds`; throws a GmvError that says who asked and what fits. */
export function requireColumn(
  schema: Schema,
  name: string,
  kinds: readonly ColumnKind[],
  asker: string,
): ColumnDefinition {
  const found = schema.find((column) => column.name === name);
  const fitting = schema.filter((column) => kinds.includes(column.kind)).map((column) => column.name);
  if (!found) {
    throw planError(
      `${asker} names the column "${name}", which the schema does not have`,
      `Add the column to the schema, or use one of ${listNames(fitting)}.`,
    );
  }
  if (!kinds.includes(found.kind)) {
    throw planError(
      `${asker} names the column "${name}" of kind ${found.kind}, but needs ${kinds.join(' or ')}`,
      `Use one of ${listNames(fitting)}.`,
    );
  }
  return found;
}

/**
 * Names of the columns that a reading must decode, in schema order. Today that is all of them: whether two
 * events of one id conflict is decided over every column but the id itself, which deduplication reads.
 */
export function columnsRead(schema: Schema): string[] {
  return schema.map((column) => column.name);
}

/** Names of the columns that make an event's payload: all but its id, event_time first, the others in schema order. */
export function payloadOf(schema: Schema): string[] {
  const rest = schema.map(({ name }) => name).filter((name) => name !== 'event_id' && name !== 'event_time');
  return ['event_time', ...rest];
}
