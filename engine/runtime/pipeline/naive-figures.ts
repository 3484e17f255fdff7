import type { Catalogue } from '../../definitions/catalogue.ts';
import type { BaseMetric } from '../../definitions/metric.ts';
import type { OrderEvent } from '../../events/order-event.ts';

/** For tests only: the same figures by plain loops over event objects, from the definitions and not the plan. */
export interface NaiveOptions {
  readonly catalogue: Catalogue;
  readonly timeZone: string;
  readonly currency: string;
  /** `lowest_time`: of one id the earliest event is right; `first`: the first in order is kept. */
  readonly conflicts: 'lowest_time' | 'first';
}

export interface NaiveFigures {
  /** `day rollup key metric grain slot` → figure. */
  readonly figures: Map<string, number>;
  /** `day rollup key metric` → ids counted. */
  readonly identity: Map<string, Set<string>>;
  /** `day outcome` (or `- outcome` where it has no day) → events. */
  readonly outcomes: Map<string, number>;
}

const REQUIRED = 'event_id event_time type order_id line product_id quantity amount_minor currency'.split(
  ' ',
);
const TYPES = 'created paid payment_failed shipped delivered cancelled refunded'.split(' ');

function rejection(event: OrderEvent, currency: string): string | null {
  for (const column of REQUIRED) if (event[column] == null) return `null:${column}`;
  const time = Number(event.event_time);
  if (time < 0 || time >= Date.UTC(2100, 0, 1)) return 'time_out_of_range';
  if (!TYPES.includes(String(event.type))) return 'unknown_type';
  for (const column of ['event_time', 'line', 'quantity', 'amount_minor']) {
    if (Number(event[column]) % 1 !== 0) return `not_an_integer:${column}`;
  }
  if (Number(event.amount_minor) < 0) return 'negative_amount';
  if (Number(event.quantity) < 0) return 'negative_quantity';
  if (Number(event.amount_minor) > 1e13) return 'amount_over_cap';
  if (Number(event.quantity) > 1e9) return 'quantity_over_cap';
  if (!Number.isSafeInteger(event.line)) return 'not_exact:line';
  return event.currency === currency ? null : 'currency';
}

/** Local date, local hour, minutes and hours since the local day began, by Intl alone. */
export function localTime(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const hourFormat = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const starts = new Map<string, number>();
  const startOf = (day: string, time: number): number => {
    let start = Math.floor(time / 60_000) * 60_000;
    while (format.format(start - 3_600_000) === day) start -= 3_600_000;
    while (format.format(start - 60_000) === day) start -= 60_000;
    return start;
  };
  return (time: number) => {
    const day = format.format(time);
    const start = starts.get(day) ?? startOf(day, time);
    starts.set(day, start);
    return {
      day,
      hourOfDay: Number(hourFormat.format(time)),
      minute: Math.floor((time - start) / 60_000),
      hour: Math.floor((time - start) / 3_600_000),
    };
  };
}

const bump = (map: Map<string, number>, key: string, by = 1): void => {
  map.set(key, (map.get(key) ?? 0) + by);
};

/** Computes everything that a bounded (or a live, unsealed) pipeline publishes. */
export function naiveFigures(events: readonly OrderEvent[], options: NaiveOptions): NaiveFigures {
  const { catalogue, currency } = options;
  const local = localTime(options.timeZone);
  const outcomes = new Map<string, number>();
  const figures = new Map<string, number>();
  const identity = new Map<string, Set<string>>();
  const right = new Map<string, OrderEvent>();
  const accepted: { event: OrderEvent; slot: string }[] = [];
  for (const event of events) {
    const time = event.event_time;
    const dated = typeof time === 'number' && time >= 0 && time < Date.UTC(2100, 0, 1);
    const day = dated ? local(time).day : '-';
    const reason = rejection(event, currency);
    bump(outcomes, `${day} ${reason ?? 'accepted'}`);
    if (reason !== null) continue;
    const slot = `${day} ${event.event_id}`;
    const best = right.get(slot);
    const earlier = options.conflicts === 'lowest_time' && best && Number(best.event_time) > Number(time);
    if (!best || earlier) right.set(slot, event);
    accepted.push({ event, slot });
  }
  const applied = new Set<string>();
  const earliest = new Map<string, number>();
  for (const { event, slot } of accepted) {
    const at = local(Number(event.event_time));
    if (JSON.stringify(event) !== JSON.stringify(right.get(slot))) bump(outcomes, `${at.day} conflict`);
    else if (applied.has(slot)) bump(outcomes, `${at.day} duplicate`);
    else {
      applied.add(slot);
      bump(outcomes, `${at.day} applied`);
      for (const rollup of catalogue.rollups) {
        const dimension = catalogue.dimensions.find(({ name }) => name === rollup.by);
        const value = dimension && ('column' in dimension ? event[dimension.column] : at.hourOfDay);
        const key = value == null ? 'null' : `'${value}'`;
        for (const name of rollup.metrics) {
          const metric = catalogue.metrics.find((m): m is BaseMetric => m.name === name);
          const where = Object.entries(metric?.where ?? {});
          if (!metric || !where.every(([c, v]) => [v].flat().includes(String(event[c])))) continue;
          const at2 = `${at.day} ${rollup.name} ${key} ${name}`;
          if (metric.aggregate !== 'count_distinct') {
            const by = metric.of ? Number(event[metric.of] ?? 0) : 1;
            bump(figures, `${at2} cell ${rollup.slice === 'minute' ? at.minute : at.hour}`, by);
            continue;
          }
          const id = event[metric.of];
          if (id == null) continue;
          for (const grain of ['day', `hour ${at.hour}`]) {
            const set = identity.get(`${at2} ${grain}`) ?? new Set();
            identity.set(`${at2} ${grain}`, set.add(String(id)));
          }
          const first = earliest.get(`${at2} ${id}`) ?? Number.POSITIVE_INFINITY;
          if (rollup.cumulative) earliest.set(`${at2} ${id}`, Math.min(first, at.minute));
        }
      }
    }
  }
  for (const [set, ids] of identity) figures.set(set, ids.size);
  for (const [place, minute] of earliest)
    bump(figures, `${place.slice(0, place.lastIndexOf(' '))} new ${minute}`);
  return { figures, identity, outcomes };
}
