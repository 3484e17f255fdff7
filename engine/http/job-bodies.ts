import { z } from 'zod';
import { JOB_ACTIONS, type JobDraft } from '../protocol/jobs.ts';
import { badRequest } from './query-parameters.ts';

/** Most business days of one draft: more than fifty years. */
const MOST_DAYS = 20_000;
const DAY_MS = 86_400_000;

const day = z
  .string()
  .regex(/^(19[7-9]\d|20\d\d)-\d{2}-\d{2}$/, 'is no day such as 2026-11-11')
  .refine(isRealDate, 'is no day of the calendar');

const name = z.string().min(1).max(100);

/** A job's id, as addresses have it. */
export const jobId = z.string().regex(/^[\w-]{1,64}$/, 'is no id of a job');
export const dayLabel = day;
export const metricName = name;
export const datasetName = name;

const spans = z
  .array(z.strictObject({ from: day, to: day }).refine(({ from, to }) => from <= to, 'ends before it begins'))
  .min(1, 'names no days')
  .refine((list) => list.every(({ from }, at) => at === 0 || from > (list[at - 1]?.to ?? '')), {
    error: 'must be ascending and apart from each other',
  })
  .refine((list) => daysOf(list) <= MOST_DAYS, `holds more than ${MOST_DAYS} days`);

const draft: z.ZodType<JobDraft> = z.strictObject({
  dataset: name,
  spans,
  metrics: z
    .array(name)
    .min(1, 'names no metrics: null takes all')
    .max(1000)
    .refine((names) => new Set(names).size === names.length, 'names one twice')
    .nullable(),
  when: z.enum(['now', 'idle', 'tonight']),
  parallelism: z.number().int().min(1).max(64),
  approval: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('manual') }),
    z.strictObject({ kind: z.literal('auto'), upToPermille: z.number().min(0).max(1000) }),
  ]),
});

/** What the changes take, each as one JSON object. */
export const estimateBody = z.strictObject({ draft });
export const submitBody = z.strictObject({ draft, estimate: z.string().min(1).max(200) });
export const actionBody = z.strictObject({
  id: jobId,
  action: z.enum(JOB_ACTIONS),
  expect: z.string().min(1).max(200).nullable().default(null),
});
export const signInBody = z.strictObject({ password: z.string().max(1024) });

/** @throws GmvError `bad_request` that names the field and what it takes. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  return parsed(schema, body, 'the body');
}

/** @throws GmvError `bad_request` */
export function parseParameter<T>(schema: z.ZodType<T>, query: URLSearchParams, parameter: string): T {
  return parsed(schema, query.get(parameter) ?? '', parameter);
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, whole: string): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const issues = error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
  throw badRequest(`Not understood: ${issues.join('; ')}`.slice(0, 1000), 'Correct it and send it again.');
}

function isRealDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function daysOf(list: readonly { readonly from: string; readonly to: string }[]): number {
  return list.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / DAY_MS + 1, 0);
}
