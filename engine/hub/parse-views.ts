import { z } from 'zod';
import { MAX_VIEWS_PER_SOCKET, type ViewRefusal } from '../protocol/socket-events.ts';
import { type ViewSpec, viewId } from '../protocol/view.ts';

const name = z.string().min(1).max(64);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'is no date such as 2010-12-01');

/** What a client may ask for, whatever the catalogue says about the names. */
export const viewSpecSchema = z.strictObject({
  metrics: z.array(name).min(1).max(16),
  dimension: name.optional(),
  filter: z
    .record(name, z.string().max(256).nullable())
    .refine((filter) => Object.keys(filter).length <= 8, 'names more than 8 dimensions')
    .optional(),
  grain: z.enum(['minute', 'hour', 'day', 'month', 'range']),
  range: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('today') }),
    z.strictObject({ kind: z.literal('comparison') }),
    z.strictObject({ kind: z.literal('days'), from: date, to: date }),
    z.strictObject({ kind: z.literal('last_days'), count: z.number().int().min(1).max(3660) }),
  ]),
  top: z.number().int().min(1).max(100_000).optional(),
});

/** Reads what a client sent as its set of views: what can be served, by id, and what is refused and why. */
export function parseViews(sent: unknown): { views: Map<string, ViewSpec>; refused: ViewRefusal[] } {
  const views = new Map<string, ViewSpec>();
  const refused: ViewRefusal[] = [];
  const refuse = (view: string, reason: string) => refused.push({ view, code: 'view', reason });
  if (!Array.isArray(sent)) {
    refuse('', 'The set of views is no list. Send a list of view specs.');
    return { views, refused };
  }
  for (const candidate of sent) {
    const parsed = viewSpecSchema.safeParse(candidate);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
      refuse(nameOf(candidate), `Not a view: ${issues.join('; ')}. Correct the spec.`);
      continue;
    }
    const spec: ViewSpec = parsed.data;
    const id = viewId(spec);
    if (views.has(id) || views.size < MAX_VIEWS_PER_SOCKET) views.set(id, spec);
    else refuse(id, `More than ${MAX_VIEWS_PER_SOCKET} views on one connection. Let go of some first.`);
    if (refused.length > MAX_VIEWS_PER_SOCKET) break;
  }
  return { views, refused };
}

/** The id under which the client knows the malformed spec, cut to a size that can be sent back. */
function nameOf(candidate: unknown): string {
  const isObject = typeof candidate === 'object' && candidate !== null;
  return (isObject ? viewId(candidate as ViewSpec) : String(candidate)).slice(0, 500);
}
