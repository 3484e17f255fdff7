import type { OrderEvent } from '../../engine/events/order-event.ts';
import { type OracleAnswer, oracle, rejectReason } from '../oracle.ts';
import type { ReadRecord } from './kafka-bed.ts';

/** What must come of a topic, from its records alone: read by bare kafkajs, by JSON.parse, by plain loops. */
export interface Expected {
  /** Over everything: counts (all records are rows), totals, lists. */
  readonly whole: OracleAnswer;
  /** Labels of the UTC days that have events, ascending. */
  readonly days: readonly string[];
  /** Over the events of some days alone. */
  over(days: readonly string[]): OracleAnswer;
  /** Over the events of one day that hold some values. */
  where(day: string, values: Readonly<Record<string, string>>): OracleAnswer;
  /** Records that are kept as dead letters, as `partition/offset reason`, sorted. */
  readonly letters: readonly string[];
  /** The same for all rejected ones. */
  readonly rejected: readonly string[];
  /** Every record as `partition/offset`, sorted. */
  readonly places: readonly string[];
}

const TEXT_COLUMNS = ['event_id', 'type', 'order_id', 'buyer_id', 'merchant_id', 'product_id', 'category'];
const MORE_TEXT_COLUMNS = ['currency', 'country', 'region', 'channel', 'payment_method'];
const NUMBER_COLUMNS = ['event_time', 'line', 'quantity', 'amount_minor'];
const COLUMNS = [...TEXT_COLUMNS, ...MORE_TEXT_COLUMNS, ...NUMBER_COLUMNS];
/** An event further ahead of its record is not believed; ms. */
const FUTURE_MS = 3_600_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Judged {
  readonly place: string;
  /** Why it gives no event; null where it does. */
  readonly reason: string | null;
  readonly event: OrderEvent | null;
  /** The event's; empty where there is none. */
  readonly day: string;
  readonly text: string;
}

/** @param topic name that partitions go by */
export function expectedOf(topic: string, records: readonly ReadRecord[], currency: string): Expected {
  const judged = records.map((record) => judge(topic, record, currency));
  const events = judged.map(({ event }) => event).filter((event) => event !== null);
  const whole = oracle({ events, timeZone: 'UTC', currency });
  const byDay = new Map<string, OrderEvent[]>();
  for (const { event, day } of judged) {
    if (!event) continue;
    const list = byDay.get(day);
    if (list) list.push(event);
    else byDay.set(day, [event]);
  }
  const rejected = judged.filter(({ reason }) => reason !== null);
  const rejectedBy: Record<string, number> = {};
  for (const { reason } of rejected) rejectedBy[String(reason)] = (rejectedBy[String(reason)] ?? 0) + 1;
  const named = ({ place, reason }: Pick<Judged, 'place' | 'reason'>): string => `${place} ${reason}`;
  const letters = rejected.filter(({ reason }) => reason !== 'tombstone');
  return {
    whole: { ...whole, rows: records.length, rejected: rejected.length, rejected_by: rejectedBy },
    days: [...byDay.keys()].sort(),
    over: (days) =>
      oracle({ events: days.flatMap((day) => byDay.get(day) ?? []), timeZone: 'UTC', currency }),
    where(day, values) {
      const holds = (event: OrderEvent): boolean =>
        Object.entries(values).every(([column, value]) => event[column] === value);
      return oracle({ events: (byDay.get(day) ?? []).filter(holds), timeZone: 'UTC', currency });
    },
    letters: [...letters, ...conflictsOf(judged)].map(named).sort(),
    rejected: rejected.map(named).sort(),
    places: judged.map(({ place }) => place).sort(),
  };
}

const dayOf = (event: OrderEvent): string => new Date(Number(event.event_time)).toISOString().slice(0, 10);

function judge(topic: string, record: ReadRecord, currency: string): Judged {
  const { partition, offset, bytes, timestampMs } = record;
  const place = `${topic}/${partition}/${offset}`;
  const none = (reason: string): Judged => ({ place, reason, event: null, day: '', text: '' });
  if (bytes === null) return none('tombstone');
  let text: string;
  let document: unknown;
  try {
    text = utf8.decode(bytes);
    document = JSON.parse(text);
  } catch {
    return none('not_json');
  }
  if (document === null || typeof document !== 'object' || Array.isArray(document))
    return none('not_an_object');
  const event = document as OrderEvent;
  const wrong = (columns: readonly string[], kind: string): string | undefined =>
    columns.find((name) => event[name] != null && typeof event[name] !== kind);
  const column = wrong([...TEXT_COLUMNS, ...MORE_TEXT_COLUMNS], 'string') ?? wrong(NUMBER_COLUMNS, 'number');
  if (column !== undefined) return none(`malformed:${column}`);
  const whole: Record<string, string | number | null> = {};
  for (const name of COLUMNS) whole[name] = event[name] ?? null;
  const reason = rejectReason(whole, currency);
  if (reason !== null) return none(reason);
  if (Number(event.event_time) > timestampMs + FUTURE_MS) return none('future');
  return { place, reason: null, event: whole, day: dayOf(event), text };
}

/** Of an id's texts within a day the earliest by event time is right: those that differ from it are conflicts. */
function conflictsOf(judged: readonly Judged[]): Judged[] {
  const right = new Map<string, { readonly timeMs: number; readonly text: string }>();
  const idOf = ({ event, day }: Judged): string => `${day} ${event?.event_id}`;
  for (const each of judged) {
    if (!each.event) continue;
    const timeMs = Number(each.event.event_time);
    const known = right.get(idOf(each));
    if (!known || timeMs < known.timeMs) right.set(idOf(each), { timeMs, text: each.text });
  }
  return judged
    .filter((each) => each.event && right.get(idOf(each))?.text !== each.text)
    .map((each) => ({ ...each, reason: 'conflict' }));
}
