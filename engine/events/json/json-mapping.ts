import { z } from 'zod';

/**
 * Where a value stands: keys from the outside in, joined by dots (`customer.address.country`), where a number is an
 * index of an array (`lines.0.sku`). A key that holds a dot is written `a\.b`, or the path as a list: `['a.b', 0]`.
 */
export const pathSettings = z.union([z.string(), z.array(z.union([z.string(), z.number()]))]);

export const columnMappingSettings = z.strictObject({
  /** Default: the column's name. */
  from: pathSettings.optional(),
  /**
   * The value of every event, whatever its JSON says; null for a column that is nullable. As the column has it: minor
   * units, epoch milliseconds, no other name.
   */
  constant: z.union([z.string(), z.number(), z.null()]).optional(),
  /** The same for events where the value is null or not there. */
  default: z.union([z.string(), z.number()]).optional(),
  /**
   * Amounts: `minor` (the default) or `major` units; a major one may be a text. Times: `ms` (the default), `seconds`,
   * `us`, `ns` since the epoch, or `iso8601`.
   */
  unit: z.enum(['minor', 'major', 'ms', 'seconds', 'us', 'ns', 'iso8601']).optional(),
  /** Whether the number may be a text, such as "12". */
  quoted: z.boolean().optional(),
  /** Value of the column → what stands for it in the JSON, besides itself: `{ paid: ['PAID', 'payment.succeeded'] }`. */
  values: z.record(z.string(), z.array(z.string())).optional(),
});

/** How JSON events become columns, as a user writes it: per column a path, or settings. Columns left out have their own name. */
export const jsonMappingSettings = z.record(z.string(), z.union([pathSettings, columnMappingSettings]));

export type JsonPath = z.output<typeof pathSettings>;
export type ColumnMapping = z.output<typeof columnMappingSettings>;
export type JsonMapping = z.output<typeof jsonMappingSettings>;
