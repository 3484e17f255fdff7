import { z } from 'zod';
import { GmvError } from '../../errors.ts';
import type { ViewSpec } from '../../protocol/view.ts';

/** Most business days of one view: ten years. */
const MAX_DAYS = 3_660;

const date = z.iso.date({ error: 'is not a date such as 2010-12-01' });

const specShape = z.strictObject({
  metrics: z.array(z.string()).min(1).max(32),
  dimension: z.string().optional(),
  filter: z.record(z.string(), z.string().nullable()).optional(),
  grain: z.enum(['minute', 'hour', 'day', 'month', 'range']),
  range: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('today') }),
    z.strictObject({ kind: z.literal('comparison') }),
    z
      .strictObject({ kind: z.literal('days'), from: date, to: date })
      .refine(({ from, to }) => from <= to, { error: 'ends before it starts' })
      .refine(({ from, to }) => daysBetween(from, to) <= MAX_DAYS, {
        error: `is longer than ${MAX_DAYS} days`,
      }),
    z.strictObject({ kind: z.literal('last_days'), count: z.int().min(1).max(MAX_DAYS) }),
  ]),
  top: z.int().min(1).optional(),
});

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
}

/**
 * Takes a spec from outside.
 *
 * @throws GmvError `view` that names the field and what it takes.
 */
export function checkSpec(given: unknown): ViewSpec {
  const parsed = specShape.safeParse(given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the spec'}: ${issue.message}`,
  );
  throw new GmvError('view', `a view can't be ${issues.join('; ')}`, 'Correct the view and ask again.');
}
