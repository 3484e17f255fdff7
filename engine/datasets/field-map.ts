import { z } from 'zod';

/** How a foreign file's columns become ours: our column → what it is made of. */
export const fieldMapSettings = z.record(z.string(), z.unknown());

export type FieldMap = z.output<typeof fieldMapSettings>;
