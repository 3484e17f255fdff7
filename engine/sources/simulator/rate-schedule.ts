import { z } from 'zod';
import { GmvError } from '../../errors.ts';

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'is a date such as 2010-12-01');

const segment = z.strictObject({
  /** Inclusive dates; the last segment has no end. */
  fromDay: date,
  toDay: date.nullable(),
  /** Share of the configured rate. */
  level: z.number().positive(),
  shape: z.enum(['sale', 'last_sale', 'ordinary', 'flat']),
});

const step = z.strictObject({
  /** The rate applies from this instant to the next step; epoch ms. */
  fromMs: z.number().int(),
  /** Events per second where profile and level are 1. */
  eventsPerSecond: z.number().min(0),
});

const rateSchedule = z.strictObject({
  version: z.literal(1),
  seed: z.number().int().min(0).max(0xffff_ffff),
  timeZone: z.string(),
  /** ISO 4217; the currency of all events but the bad ones. */
  currency: z.string(),
  /** Most events of generated history, and of one catch-up after the server was off. */
  sampleEvents: z.number().int().min(0),
  segments: z.array(segment).min(1),
  steps: z.array(step).min(1),
});

/**
 * When the simulator's events happen, as data: together with `seed` it fixes every event that there is.
 * Offsets are consecutive over the days of all segments, in order. It only grows: appending a step keeps
 * every offset before its instant.
 */
export type RateSchedule = Readonly<z.output<typeof rateSchedule>>;

/** The schedule with another rate from `nowMs` on; the same one when the rate is no other. */
export function withRate(schedule: RateSchedule, nowMs: number, eventsPerSecond: number): RateSchedule {
  const last = schedule.steps.at(-1);
  if (!last || last.eventsPerSecond === eventsPerSecond) return schedule;
  const fromMs = Math.max(nowMs, last.fromMs);
  return { ...schedule, steps: [...schedule.steps, { fromMs, eventsPerSecond }] };
}

/**
 * Reads a schedule that was persisted as JSON.
 *
 * @throws GmvError naming `file` and what is wrong in it.
 */
export function parseRateSchedule(text: string, file: string): RateSchedule {
  const remedy = 'Move the data folder away to begin anew, or restore the file.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GmvError('simulator_schedule', `${file} is not JSON`, remedy, { cause });
  }
  const parsed = rateSchedule.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new GmvError('simulator_schedule', `${file} has ${issues.join('; ')}`, remedy);
}
