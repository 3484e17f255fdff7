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
      const name = identifier(column);
      const texts = values.flatMap((value) => (value === null ? [] : [literal(value)]));
      const named = texts.length === 1 ? `${name} = ${texts[0]}` : `${name} in (${texts.join(', ')})`;
      if (texts.length === values.length) return named;
      return texts.length === 0 ? `${name} is null` : `(${name} is null or ${named})`;
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
