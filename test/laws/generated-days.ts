import fc from 'fast-check';
import { type BusinessCalendar, createBusinessCalendar } from '../../engine/calendar/business-calendar.ts';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { createRandom } from '../builders.ts';

/** A few business days as a source delivers them. */
export interface GeneratedDays {
  readonly calendar: BusinessCalendar;
  /** Index of the first business day, and how many there are. */
  readonly firstDay: number;
  readonly days: number;
  /** In the order of delivery: mostly by time, some late, some twice, some with another payload, some broken. */
  readonly deliveries: readonly OrderEvent[];
}

export interface DaysRecipe {
  readonly seed: number;
  readonly timeZone: string;
  /** A date near the first day. */
  readonly from: string;
  readonly days: number;
  readonly events: number;
  /** Shares of events that come again unchanged, with another payload, and broken. */
  readonly duplicates: number;
  readonly conflicts: number;
  readonly broken: number;
}

export const CURRENCY = 'EUR';

/** Ordinary days, both changes of clocks, a leap day, a year's end, half and quarter hours, a midnight left out. */
const PLACES: readonly (readonly [timeZone: string, from: string])[] = [
  ['UTC', '2024-02-28'],
  ['Asia/Shanghai', '2024-11-10'],
  ['Europe/Berlin', '2024-03-30'],
  ['America/New_York', '2024-11-02'],
  ['Australia/Lord_Howe', '2024-04-06'],
  ['Asia/Kathmandu', '1985-12-31'],
  ['America/Sao_Paulo', '2018-11-03'],
  ['America/St_Johns', '2010-11-06'],
  ['Pacific/Apia', '2011-12-29'],
];

/** Recipes of days: seeds, sizes and shares shrink, as each event follows from the seed and its own number. */
export const recipes = (most: Partial<DaysRecipe> = {}): fc.Arbitrary<DaysRecipe> =>
  fc
    .record({
      seed: fc.nat(0x7fff_ffff),
      place: fc.constantFrom(...PLACES),
      days: fc.integer({ min: 1, max: most.days ?? 3 }),
      events: fc.integer({ min: 1, max: most.events ?? 60 }),
      duplicates: fc.constantFrom(0, most.duplicates ?? 0.15),
      conflicts: fc.constantFrom(0, most.conflicts ?? 0.1),
      broken: fc.constantFrom(0, most.broken ?? 0.05),
    })
    .map(({ place: [timeZone, from], ...recipe }) => ({ ...recipe, timeZone, from }));

/** Small numbers often, large ones rarely: as keys of a shop are. */
const skewed = (random: () => number, kinds: number): number => Math.floor(random() ** 3 * kinds);

const TYPES = ['paid', 'paid', 'paid', 'created', 'created', 'refunded', 'cancelled', 'shipped'];

function eventOf(random: () => number, n: number, timeMs: number): OrderEvent {
  const orNull = (text: string): string | null => (random() < 0.12 ? null : text);
  return {
    event_id: `e${n}`,
    event_time: timeMs,
    type: TYPES[Math.floor(random() * TYPES.length)] ?? null,
    order_id: `o${skewed(random, 30)}`,
    line: Math.floor(random() * 3),
    buyer_id: orNull(`b${skewed(random, 20)}`),
    merchant_id: orNull(`m${skewed(random, 5)}`),
    product_id: `p${skewed(random, 25)}`,
    category: orNull(`c${skewed(random, 6)}`),
    quantity: Math.floor(random() * 4),
    amount_minor: random() < 0.02 ? 1e13 : Math.floor(random() ** 4 * 1e7),
    currency: CURRENCY,
    country: orNull(['DE', 'FR', 'CN'][skewed(random, 3)] ?? 'DE'),
    region: orNull(`r${skewed(random, 4)}`),
    channel: orNull(random() < 0.5 ? 'app' : 'web'),
    payment_method: orNull(random() < 0.7 ? 'card' : 'wallet'),
  };
}

/** Created once, as days are computed once. */
const calendars = new Map<string, BusinessCalendar>();

export function calendarOf(timeZone: string): BusinessCalendar {
  const calendar = calendars.get(timeZone) ?? createBusinessCalendar(timeZone);
  calendars.set(timeZone, calendar);
  return calendar;
}

const FLAWS: readonly Partial<Record<string, string | number | null>>[] = [
  { type: 'gift' },
  { amount_minor: -1 },
  { quantity: 0.5 },
  { product_id: null },
  { currency: 'USD' },
  { event_time: null },
  { event_time: -1 },
];

/** Events of a recipe, in order of time, each with what came of it in delivery. */
export function generateDays(recipe: DaysRecipe): GeneratedDays {
  const calendar = calendarOf(recipe.timeZone);
  const firstDay = calendar.dayOfLabel(recipe.from).index;
  const startMs = calendar.dayOfIndex(firstDay).startMs;
  const endMs = calendar.dayOfIndex(firstDay + recipe.days - 1).endMs;
  const sent: { readonly atMs: number; readonly event: OrderEvent }[] = [];
  for (let n = 0; n < recipe.events; n++) {
    const random = createRandom(recipe.seed + Math.imul(n, 0x9e37_79b1));
    const timeMs = startMs + Math.floor(random() * (endMs - startMs));
    const event = eventOf(random, n, timeMs);
    // Mostly in order of time; some come up to an hour late, a few much later.
    const late = random();
    const lateMs = random() * (late < 0.04 ? 72_000_000 : late < 0.15 ? 3_600_000 : 2_000);
    const atMs = timeMs + lateMs;
    const flaw = FLAWS[Math.floor(random() * FLAWS.length)];
    sent.push({ atMs, event: random() < recipe.broken ? ({ ...event, ...flaw } as OrderEvent) : event });
    const again = atMs + random() * 7_200_000;
    if (random() < recipe.duplicates) sent.push({ atMs: again, event });
    if (random() < recipe.conflicts) {
      const day = calendar.dayOf(timeMs);
      const other = Math.min(
        day.endMs - 1,
        Math.max(day.startMs, timeMs + Math.floor((random() - 0.5) * 7.2e6)),
      );
      // Another time, as payloads of one time and id are ordered by a hash alone.
      if (other !== timeMs)
        sent.push({ atMs: again, event: { ...event, event_time: other, category: 'c9' } });
    }
  }
  sent.sort((a, b) => a.atMs - b.atMs);
  return { calendar, firstDay, days: recipe.days, deliveries: sent.map(({ event }) => event) };
}

/** Days without two payloads of one id. */
export const conflictFree = { conflicts: 0 } as const;
