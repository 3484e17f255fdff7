import type { PlanPredicate } from '../../plan/plan.ts';

/** A name as DuckDB takes it: quoted unless it is plain and no word of the language that could stand here. */
export function identifier(name: string): string {
  return /^[a-z][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A text literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A predicate as a condition; null where it is always true. */
export function condition({ where }: PlanPredicate): string | null {
  if (where.length === 0) return null;
  return where
    .map(({ column, in: values }) => {
      const [only] = values;
      if (values.length === 1 && only !== undefined) return `${identifier(column)} = ${literal(only)}`;
      return `${identifier(column)} in (${values.map(literal).join(', ')})`;
    })
    .join(' and ');
}

/** `duckdb_keywords()` whose category is reserved, where lower case and plain. */
const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create ' +
    'default deferrable desc describe distinct do else end except false fetch for foreign from group having in ' +
    'initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer ' +
    'pivot_wider placing primary qualify references returning select show some summarize symmetric table then to ' +
    'trailing true union unique unpivot using variadic when where window with'
  ).split(' '),
);
