import type { OrderEvent } from '../engine/events/order-event.ts';
import { createHourLabels, createLocalClock } from './local-time.ts';

/**
 * What the figures must be, by plain loops over plain events. It shares no code with the engine: rules are
 * written down a second time here, for clarity and not for speed.
 *
 * Long because: the rules stand together and are read from top to bottom.
 *
 * Of one id's conflicting payloads the lowest (event time, payload hash) is right. The oracle doesn't know that
 * hash, so it throws where the earliest time is shared by two payloads.
 */
export interface OracleOptions {
  readonly events: Iterable<OrderEvent>;
  readonly timeZone: string;
  /** Default: that of the first event that has one. */
  readonly currency?: string;
  readonly limits?: Partial<OracleLimits>;
  /** Name of each dimension and its column. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

export interface OracleLimits {
  readonly maxAmountMinor: number;
  readonly maxQuantity: number;
  /** First instant that is taken, and the first that no longer is. */
  readonly minEventTimeMs: number;
  readonly maxEventTimeMs: number;
}

export interface OracleFigures {
  readonly gmv: number;
  readonly refunds: number;
  readonly net_gmv: number;
  readonly orders: number;
  readonly buyers: number;
  readonly units: number;
  readonly paid_events: number;
  readonly refunded_events: number;
  readonly created_orders: number;
  readonly cancelled_orders: number;
  readonly payment_success_rate: number | null;
  readonly aov: number | null;
  readonly refund_rate: number | null;
}

export type OracleRow = OracleFigures & { readonly [key: string]: string | number | null };

export interface OracleCounts {
  readonly rows: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly late: number;
  readonly rejected: number;
  readonly rejected_by: Readonly<Record<string, number>>;
}

export interface OracleAnswer extends OracleCounts {
  readonly totals: OracleFigures;
  /** Lists whole: time ascending, others by gmv descending, then key ascending, null last. */
  readonly by: Readonly<Record<string, readonly OracleRow[]>>;
  /** Day → metric → start of a UTC minute (epoch ms) → ids whose first event of the day lies in it. */
  readonly newIdsByMinute: Readonly<Record<string, Readonly<Record<string, ReadonlyMap<number, number>>>>>;
}

export const REQUIRED = [
  'event_id',
  'event_time',
  'type',
  'order_id',
  'line',
  'product_id',
  'quantity',
  'amount_minor',
  'currency',
];
export const REQUIRED_TEXTS = ['event_id', 'type', 'order_id', 'product_id', 'currency'];
const MOST_TEXT_BYTES = 1024;
const TEXTS = [
  ...['event_id', 'type', 'order_id', 'buyer_id', 'merchant_id', 'product_id', 'category', 'currency'],
  ...['country', 'region', 'channel', 'payment_method'],
];
const TYPES = ['created', 'paid', 'payment_failed', 'shipped', 'delivered', 'cancelled', 'refunded'];
const DIMENSIONS = {
  category: 'category',
  country: 'country',
  region: 'region',
  channel: 'channel',
  payment_method: 'payment_method',
  merchant: 'merchant_id',
  product: 'product_id',
};
const TIME_LISTS = ['hour', 'day', 'month', 'hour_of_day'];
const NO_LIMITS: OracleLimits = {
  maxAmountMinor: Number.MAX_SAFE_INTEGER,
  maxQuantity: Number.MAX_SAFE_INTEGER,
  minEventTimeMs: -8.64e15,
  maxEventTimeMs: 8.64e15,
};

/** An id column and the type that each distinct count counts. */
const DISTINCT = Object.entries({
  orders: { column: 'order_id', type: 'paid' },
  buyers: { column: 'buyer_id', type: 'paid' },
  created_orders: { column: 'order_id', type: 'created' },
  cancelled_orders: { column: 'order_id', type: 'cancelled' },
});

const columnValue = (event: OrderEvent, column: string): string | number | null => event[column] ?? null;
const numberOf = (event: OrderEvent, column: string): number => Number(event[column]);

/** The first reason to reject an event; null where there is none. */
export function rejectReason(
  event: OrderEvent,
  currency: string | null,
  limits: OracleLimits = NO_LIMITS,
): string | null {
  for (const column of REQUIRED) if (columnValue(event, column) === null) return `null:${column}`;
  for (const column of REQUIRED_TEXTS) if (event[column] === '') return `empty:${column}`;
  const time = numberOf(event, 'event_time');
  if (time < limits.minEventTimeMs || time >= limits.maxEventTimeMs) return 'time_out_of_range';
  for (const column of TEXTS)
    if (Buffer.byteLength(String(event[column] ?? '')) > MOST_TEXT_BYTES) return `text_too_long:${column}`;
  if (!TYPES.includes(String(event.type))) return 'unknown_type';
  for (const column of ['event_time', 'line', 'quantity', 'amount_minor'])
    if (!Number.isInteger(event[column])) return `not_an_integer:${column}`;
  if (numberOf(event, 'amount_minor') < 0) return 'negative_amount';
  if (numberOf(event, 'quantity') < 0) return 'negative_quantity';
  if (numberOf(event, 'amount_minor') > limits.maxAmountMinor) return 'amount_over_cap';
  if (numberOf(event, 'quantity') > limits.maxQuantity) return 'quantity_over_cap';
  if (!Number.isSafeInteger(event.line)) return 'not_exact:line';
  if (event.currency !== currency) return 'currency';
  return null;
}

function payloadOf(event: OrderEvent): string {
  const columns = Object.keys(event).filter((column) => column !== 'event_id' && event[column] != null);
  return JSON.stringify(columns.sort().map((column) => [column, event[column]]));
}

/** The right payload among rows of one id and day. */
function winnerOf(rows: readonly OrderEvent[]): string {
  const earliest = Math.min(...rows.map((row) => numberOf(row, 'event_time')));
  const payloads = new Set(rows.filter((row) => row.event_time === earliest).map(payloadOf));
  const [winner] = payloads;
  if (winner === undefined || payloads.size > 1)
    throw new Error(`event ${rows[0]?.event_id} has two payloads at one time: the oracle can't order them`);
  return winner;
}

/** numerator ÷ denominator × scale, rounded half away from zero. */
function divide(numerator: number, denominator: number, scale: bigint): number | null {
  if (denominator === 0) return null;
  const n = BigInt(numerator) * scale * 2n + BigInt(denominator);
  return Number(n / (BigInt(denominator) * 2n)) / Number(scale);
}

interface Tally {
  gmv: number;
  refunds: number;
  units: number;
  paid: number;
  refunded: number;
  readonly ids: Record<string, Set<string>>;
}

const newTally = (): Tally => ({
  gmv: 0,
  refunds: 0,
  units: 0,
  paid: 0,
  refunded: 0,
  ids: Object.fromEntries(DISTINCT.map(([metric]) => [metric, new Set<string>()])),
});

function add(tally: Tally, event: OrderEvent): void {
  if (event.type === 'paid') {
    tally.gmv += numberOf(event, 'amount_minor');
    tally.units += numberOf(event, 'quantity');
    tally.paid += 1;
  }
  if (event.type === 'refunded') {
    tally.refunds += numberOf(event, 'amount_minor');
    tally.refunded += 1;
  }
  for (const [metric, { column, type }] of DISTINCT) {
    const id = columnValue(event, column);
    if (event.type === type && id !== null) tally.ids[metric]?.add(String(id));
  }
}

function finish({ gmv, refunds, units, paid, refunded, ids }: Tally): OracleFigures {
  const count = (metric: string): number => ids[metric]?.size ?? 0;
  return {
    gmv,
    refunds,
    net_gmv: gmv - refunds,
    orders: count('orders'),
    buyers: count('buyers'),
    units,
    paid_events: paid,
    refunded_events: refunded,
    created_orders: count('created_orders'),
    cancelled_orders: count('cancelled_orders'),
    payment_success_rate: divide(count('orders'), count('created_orders'), 1_000_000n),
    aov: divide(gmv, count('orders'), 1n),
    refund_rate: divide(refunds, gmv, 1_000_000n),
  };
}

type GroupKey = string | number | null;

function compareKeys(a: GroupKey | undefined, b: GroupKey | undefined): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}

/** Computes every figure; see {@link OracleAnswer}. */
export function oracle(options: OracleOptions): OracleAnswer {
  const { timeZone, dimensions = DIMENSIONS } = options;
  const limits = { ...NO_LIMITS, ...options.limits };
  const clock = createLocalClock(timeZone);
  const events = [...options.events];
  const currency =
    options.currency ?? String(events.find((event) => columnValue(event, 'currency'))?.currency);

  // 1. Reject, and gather the rows of one id and business day.
  const rejectedBy: Record<string, number> = {};
  const together = new Map<string, OrderEvent[]>();
  let rejected = 0;
  for (const event of events) {
    const reason = rejectReason(event, currency, limits);
    if (reason !== null) {
      rejected += 1;
      rejectedBy[reason] = (rejectedBy[reason] ?? 0) + 1;
      continue;
    }
    const id = `${clock(numberOf(event, 'event_time')).date} ${event.event_id}`;
    const rows = together.get(id);
    if (rows) rows.push(event);
    else together.set(id, [event]);
  }

  // 2. Keep one row of each; say what the others were.
  const applied: OrderEvent[] = [];
  let duplicates = 0;
  let conflicts = 0;
  for (const rows of together.values()) {
    const winner = rows.length === 1 ? null : winnerOf(rows);
    const right = winner === null ? rows : rows.filter((row) => payloadOf(row) === winner);
    const [first] = right;
    if (first) applied.push(first);
    duplicates += right.length - 1;
    conflicts += rows.length - right.length;
  }

  // 3. Add each up wherever it belongs.
  const total = newTally();
  const groups = new Map(
    [...TIME_LISTS, ...Object.keys(dimensions)].map((name) => [name, new Map<GroupKey, Tally>()]),
  );
  const firstSeen = new Map<string, Map<string, Map<string, number>>>();
  const dimensionList = Object.entries(dimensions);
  const hourOf = createHourLabels(clock);
  for (const event of applied) {
    const time = numberOf(event, 'event_time');
    const local = clock(time);
    const keys: Record<string, GroupKey> = {
      hour: hourOf(time),
      day: local.date,
      month: local.date.slice(0, -3),
      hour_of_day: local.hour,
    };
    for (const [name, column] of dimensionList) keys[name] = columnValue(event, column);
    add(total, event);
    for (const [name, tallies] of groups) {
      const key = keys[name] ?? null;
      const tally = tallies.get(key) ?? newTally();
      tallies.set(key, tally);
      add(tally, event);
    }
    for (const [metric, { column, type }] of DISTINCT) {
      const id = columnValue(event, column);
      if (event.type !== type || id === null) continue;
      const day = firstSeen.get(local.date) ?? new Map<string, Map<string, number>>();
      firstSeen.set(local.date, day);
      const ids = day.get(metric) ?? new Map<string, number>();
      day.set(metric, ids);
      const minute = Math.floor(time / 60_000) * 60_000;
      ids.set(String(id), Math.min(minute, ids.get(String(id)) ?? minute));
    }
  }

  // 4. Lists in their order.
  const by: Record<string, OracleRow[]> = {};
  for (const [name, tallies] of groups) {
    const rows = [...tallies].map(([key, tally]): OracleRow => ({ [name]: key, ...finish(tally) }));
    const byKey = (a: OracleRow, b: OracleRow): number => compareKeys(a[name], b[name]);
    if (name === 'hour') rows.sort((a, b) => Date.parse(String(a.hour)) - Date.parse(String(b.hour)));
    else if (TIME_LISTS.includes(name)) rows.sort(byKey);
    else rows.sort((a, b) => b.gmv - a.gmv || byKey(a, b));
    by[name] = rows;
  }
  const newIdsByMinute: Record<string, Record<string, Map<number, number>>> = {};
  for (const [day, metrics] of firstSeen) {
    const perMetric: Record<string, Map<number, number>> = {};
    for (const [metric, ids] of metrics) {
      const perMinute = new Map<number, number>();
      for (const minute of ids.values()) perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
      perMetric[metric] = perMinute;
    }
    newIdsByMinute[day] = perMetric;
  }
  return {
    rows: events.length,
    applied: applied.length,
    duplicates,
    conflicts,
    late: 0,
    rejected,
    rejected_by: rejectedBy,
    totals: finish(total),
    by,
    newIdsByMinute,
  };
}
