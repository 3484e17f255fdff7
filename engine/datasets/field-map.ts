import { z } from 'zod';
import { columnMappingSettings, pathSettings } from '../events/json/json-mapping.ts';

const fieldCase = z.strictObject({
  from: pathSettings,
  /** The case holds for one of these texts, … */
  in: z.array(z.string()).min(1).optional(),
  /** … for texts that begin so, … */
  startsWith: z.string().min(1).optional(),
  /** … or for numbers below this one. */
  below: z.number().optional(),
  /** What the column then is. */
  is: z.string(),
});

/** What the mapping of JSON events has, and what files need besides. */
const fieldMapping = columnMappingSettings.extend({
  /** A second number: the column is the product of the two, exactly. For amounts and integers. */
  times: pathSettings.optional(),
  /** Without its sign. For amounts and integers. */
  absolute: z.boolean().optional(),
  /** A number with further digits is rounded, ties away from zero or to the even one; without it such a value is refused. */
  round: z.enum(['half_up', 'half_even']).optional(),
  /** For texts: all letters in capitals, or none. */
  letters: z.enum(['upper', 'lower']).optional(),
  /** Zone (IANA) of times that name none; default: UTC for times of Parquet, others must name an offset. */
  zone: z.string().min(1).optional(),
  /** For categories: the first that holds says what the column is; where none does, `default`. */
  cases: z.array(fieldCase).min(1).optional(),
  /** The number of the row in its file, from 1; an id is the file's name and that number. */
  row: z.literal(true).optional(),
});

/**
 * How a foreign file's columns become ours: our column → a path, or settings; columns left out have their own name.
 * Plain data that says nothing of any engine: a CASE, a product, a cast each, so that another runtime can read the
 * same files by the same map. What it can't say needs a SELECT, which only DuckDB reads.
 */
export const fieldMapSettings = z.record(z.string(), z.union([pathSettings, fieldMapping]));

export type FieldMapping = z.output<typeof fieldMapping>;
export type FieldCase = z.output<typeof fieldCase>;
export type FieldMap = z.output<typeof fieldMapSettings>;
