import { createDictionary, type Dictionaries } from './dictionary.ts';
import type { Schema } from './order-schema.ts';

/** An empty dictionary for every category column of the schema. */
export function createDictionaries(schema: Schema, cap: number): Dictionaries {
  const categories = schema.filter((column) => column.kind === 'category');
  return Object.fromEntries(categories.map(({ name }) => [name, createDictionary(name, cap)]));
}
