import type { PlanPredicate } from '../../plan/plan.ts';

/** Writes a name for one language: quoted unless it is plain and none of the reserved words. */
export function createIdentifier(reserved: string, quote: '"' | '`'): (name: string) => string {
  const words = new Set(reserved.split(' '));
  return (name) =>
    /^[a-z][a-z0-9_]*$/.test(name) && !words.has(name)
      ? name
      : `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
}

/** A text literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A predicate as a condition; null where it is always true. */
export function condition({ where }: PlanPredicate, identifier: (name: string) => string): string | null {
  if (where.length === 0) return null;
  return where
    .map(({ column, in: values }) => {
      const [only] = values;
      if (values.length === 1 && only !== undefined) return `${identifier(column)} = ${literal(only)}`;
      return `${identifier(column)} in (${values.map(literal).join(', ')})`;
    })
    .join(' and ');
}

/** Every line of the text as a comment. */
export function comment(text: string): string {
  return text
    .split('\n')
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}
