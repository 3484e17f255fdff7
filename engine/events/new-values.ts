import type { Dictionaries } from './dictionary.ts';
import type { TextsSnapshot } from './text-arena.ts';

/** Category column → values, in the order of their codes. */
export type NewValues = Readonly<Record<string, TextsSnapshot>>;

/** Gives the values that dictionaries got since the last call, for someone who keeps the same codes elsewhere. */
export function createNewValues(dictionaries: Dictionaries): () => NewValues {
  const told = new Map<string, number>();
  return () => {
    const values: Record<string, TextsSnapshot> = {};
    for (const [name, dictionary] of Object.entries(dictionaries)) {
      const known = told.get(name) ?? 1;
      if (dictionary.size === known) continue;
      values[name] = dictionary.snapshot(known);
      told.set(name, dictionary.size);
    }
    return values;
  };
}
