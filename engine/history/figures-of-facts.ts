import { type BusinessCalendar, hourSlot, minuteSlot } from '../calendar/business-calendar.ts';
import { zeroCounts } from '../events/counts.ts';
import { hashText } from '../events/hash.ts';
import type {
  DayFigures,
  DistinctFigures,
  IdentitySets,
  Key,
  RollupFigures,
} from '../figures/day-figures.ts';
import type { Plan, PlanRollup } from '../plan/plan.ts';

/** An order event as a test writes it: columns by name, ids as text. */
export interface Fact {
  readonly timeMs: number;
  readonly columns: Readonly<Record<string, string | number | null>>;
}

/**
 * A day's figures by plain loops over facts: what the tests of history and store feed and compare with.
 * `identity: true` makes a complete generation.
 */
export function figuresOfFacts(options: {
  plan: Plan;
  calendar: BusinessCalendar;
  day: string;
  facts: readonly Fact[];
  identity: boolean;
}): DayFigures {
  const day = options.calendar.dayOfLabel(options.day);
  const facts = options.facts.filter(({ timeMs }) => timeMs >= day.startMs && timeMs < day.endMs);
  return {
    day: options.day,
    rollups: options.plan.rollups.map((rollup) => rollupOfFacts({ ...options, facts, rollup })),
    counts: { ...zeroCounts(), rows: facts.length, applied: facts.length },
  };
}

interface RollupOfFacts {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly day: string;
  readonly facts: readonly Fact[];
  readonly identity: boolean;
  readonly rollup: PlanRollup;
}

function rollupOfFacts({
  plan,
  calendar,
  day: label,
  facts,
  identity,
  rollup,
}: RollupOfFacts): RollupFigures {
  const day = calendar.dayOfLabel(label);
  const dimension = plan.dimensions.find(({ name }) => name === rollup.by);
  const keyOf = (fact: Fact): Key => {
    if (!dimension) return null;
    if ('derived' in dimension) return String(day.hourOfDay[hourSlot(day, fact.timeMs)]);
    return (fact.columns[dimension.column] ?? null) as Key;
  };
  const keys: Key[] = [];
  const indexOf = (key: Key): number => (keys.includes(key) ? keys.indexOf(key) : keys.push(key) - 1);
  const passes = (predicate: number, fact: Fact): boolean =>
    (plan.predicates[predicate]?.where ?? []).every(({ column, in: values }) =>
      values.includes(String(fact.columns[column])),
    );
  const slotOf = (fact: Fact): number =>
    rollup.slice === 'minute' ? minuteSlot(day, fact.timeMs) : hourSlot(day, fact.timeMs);

  const additive = rollup.additive.map((index) => plan.additive[index]!);
  const cells = new Map<string, { key: number; slot: number; values: number[] }>();
  for (const fact of facts) {
    const key = indexOf(keyOf(fact));
    const name = `${key}/${slotOf(fact)}`;
    const cell = cells.get(name) ?? { key, slot: slotOf(fact), values: additive.map(() => 0) };
    additive.forEach(({ column, predicate }, m) => {
      if (passes(predicate, fact)) cell.values[m]! += column === null ? 1 : Number(fact.columns[column]);
    });
    cells.set(name, cell);
  }
  const rows = [...cells.values()];

  const distinct = rollup.distinct.map((index): DistinctFigures => {
    const { metric, column, predicate } = plan.distinct[index]!;
    const hourly = new Map<string, { key: number; hour: number; ids: Set<string> }>();
    const daily = new Map<number, Set<string>>();
    const earliest = new Map<string, number>();
    for (const fact of facts) {
      const id = fact.columns[column];
      if (!passes(predicate, fact) || id === null || id === undefined) continue;
      const key = indexOf(keyOf(fact));
      const hour = hourSlot(day, fact.timeMs);
      const inHour = hourly.get(`${key}/${hour}`) ?? { key, hour, ids: new Set<string>() };
      hourly.set(`${key}/${hour}`, inHour);
      inHour.ids.add(String(id));
      daily.set(key, (daily.get(key) ?? new Set<string>()).add(String(id)));
      const minute = minuteSlot(day, fact.timeMs);
      earliest.set(String(id), Math.min(minute, earliest.get(String(id)) ?? minute));
    }
    const newIds = new Float64Array(Math.ceil((day.endMs - day.startMs) / 60_000));
    for (const minute of earliest.values()) newIds[minute]!++;
    const hours = [...hourly.values()];
    return {
      metric,
      hourly: {
        key: Uint32Array.from(hours, ({ key }) => key),
        hour: Uint8Array.from(hours, ({ hour }) => hour),
        count: Float64Array.from(hours, ({ ids }) => ids.size),
      },
      daily: {
        key: Uint32Array.from(daily.keys()),
        count: Float64Array.from(daily.values(), (ids) => ids.size),
      },
      newIdsByMinute: rollup.cumulative ? newIds : null,
      identity: identity && rollup.identity ? identityOf(keys, daily) : null,
    };
  });

  return {
    rollup: rollup.name,
    keys,
    cells: {
      metrics: additive.map(({ metric }) => metric),
      key: Uint32Array.from(rows, ({ key }) => key),
      slot: Uint16Array.from(rows, ({ slot }) => slot),
      values: additive.map((_, m) => Float64Array.from(rows, ({ values }) => values[m]!)),
    },
    distinct,
  };
}

function identityOf(keys: readonly Key[], daily: ReadonlyMap<number, ReadonlySet<string>>): IdentitySets {
  const lanes = new Uint32Array(4);
  const offsets = [0];
  const hi: number[] = [];
  const lo: number[] = [];
  for (let key = 0; key < keys.length; key++) {
    const ids = [...(daily.get(key) ?? [])].map((id): [number, number] => {
      hashText(id, lanes);
      return [lanes[0]!, lanes[1]!];
    });
    ids.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const [high, low] of ids) {
      hi.push(high);
      lo.push(low);
    }
    offsets.push(hi.length);
  }
  return { offsets: Uint32Array.from(offsets), hi: Uint32Array.from(hi), lo: Uint32Array.from(lo) };
}

/** Facts of one day that touch every type, nulls, keys with awkward characters and ids that come back. */
export function sampleFacts(options: {
  calendar: BusinessCalendar;
  day: string;
  count: number;
  /** Of the first fact; each further one is a unit dearer. */
  amount: number;
}): Fact[] {
  const start = options.calendar.dayOfLabel(options.day).startMs;
  return Array.from({ length: options.count }, (_, i) => ({
    timeMs: start + ((i * 7) % 1380) * 60_000,
    columns: {
      type: ['created', 'paid', 'refunded', 'cancelled'][Math.floor(i / 3) % 4]!,
      order_id: `o${i % 11}`,
      buyer_id: i % 5 === 0 ? null : `b${i % 3}`,
      merchant_id: i % 6 === 0 ? null : `m${i % 4}`,
      product_id: `p${i % 9}`,
      category: i % 7 === 0 ? null : `c${i % 2}`,
      quantity: i % 3,
      amount_minor: options.amount + i,
      country: 'CN',
      region: null,
      channel: '"; drop table',
      payment_method: '支付宝',
    },
  }));
}
