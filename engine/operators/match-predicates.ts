import type { Dictionaries, Dictionary } from '../events/dictionary.ts';
import { columnOf, type EventBatch } from '../events/event-batch.ts';
import type { PlanPredicate } from '../plan/plan.ts';

export interface MatchPredicates {
  /** Writes a mask per row: bit p is set where predicate p holds. */
  process(batch: EventBatch, out: Int32Array): void;
}

export interface MatchPredicatesOptions {
  readonly predicates: readonly PlanPredicate[];
  readonly dictionaries: Dictionaries;
}

/** Evaluates all where clauses by one lookup per column that they name. */
export function createMatchPredicates({ predicates, dictionaries }: MatchPredicatesOptions): MatchPredicates {
  const names = [...new Set(predicates.flatMap(({ where }) => where.map(({ column }) => column)))];
  const columns = names.map((name) => ({
    name,
    masks: createMasks(columnOf(dictionaries, name), predicates),
  }));
  return {
    process(batch, out) {
      const { length } = batch;
      out.fill(-1, 0, length);
      for (const { name, masks } of columns) {
        const codes = columnOf(batch.categories, name);
        const current = masks.extended();
        for (let row = 0; row < length; row++) {
          const code = codes[row]!;
          out[row] = code < 0 ? 0 : out[row]! & current[code]!;
        }
      }
    },
  };
}

/** Per code of the column, the predicates that its value does not rule out; kept as the dictionary grows. */
function createMasks(dictionary: Dictionary, predicates: readonly PlanPredicate[]) {
  const allowed = predicates.map(({ where }) => {
    const clause = where.find(({ column }) => column === dictionary.column);
    return clause ? new Set<string | null>(clause.in) : null;
  });
  let masks = new Int32Array(16);
  let known = 0;
  const maskOf = (value: string | null): number =>
    allowed.reduce((mask, values, bit) => (!values || values.has(value) ? mask | (1 << bit) : mask), 0);
  return {
    extended(): Int32Array {
      if (masks.length < dictionary.size) {
        const grown = new Int32Array(dictionary.size * 2);
        grown.set(masks);
        masks = grown;
      }
      for (; known < dictionary.size; known++) masks[known] = maskOf(dictionary.valueOf(known));
      return masks;
    },
  };
}
