import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { createFlatSchedule } from '../sources/simulator/flat-schedule.ts';
import { createSimulatedHistory } from '../sources/simulator/simulated-columns.ts';
import type { TimedMessage } from './send-paced.ts';

export interface MessagesOfSimulatorOptions {
  readonly seed: number;
  readonly currency: string;
  readonly calendar: BusinessCalendar;
  readonly nowMs: number;
  /** Events per second from now on; null: the last `limit` events of the day until now. */
  readonly rate: number | null;
  /** Most messages to give; Infinity only with a rate. */
  readonly limit: number;
}

const CHUNK = 1_024;
const SECOND_MS = 1_000;

/**
 * Simulated orders as messages, at an even rate. Their ids tell day and rate, so that runs at several rates don't
 * share an id, and equal runs send equal events.
 */
export async function* messagesOfSimulator(
  options: MessagesOfSimulatorOptions,
): AsyncGenerator<TimedMessage[]> {
  const { calendar, nowMs, rate, limit } = options;
  const today = calendar.dayOf(nowMs);
  const secondsUntilNow = Math.max(1, Math.floor((nowMs - today.startMs) / SECOND_MS));
  const eventsPerSecond = rate ?? Math.ceil((limit + 1) / secondsUntilNow);
  const schedule = createFlatSchedule({ ...options, eventsPerSecond });
  const { timetable, columns } = createSimulatedHistory({ schedule, calendar, schema: ORDER_SCHEMA });
  const now = timetable.offsetAt(nowMs);
  const from = rate === null ? Math.max(0, now - limit) : now;
  const to = rate === null ? now : now + limit;
  const run = `${today.label.replaceAll('-', '')}r${eventsPerSecond}-`;
  const names = ORDER_SCHEMA.map(({ name }) => name);

  for (let at = from; at < to; at += CHUNK) {
    const values = columns(at, Math.min(to, at + CHUNK));
    const { event_id: eventIds = [], order_id: orderIds = [] } = values;
    for (let i = 0; i < eventIds.length; i++) {
      eventIds[i] = `${run}${eventIds[i]}`;
      orderIds[i] = `${run}${orderIds[i]}`;
    }
    yield eventIds.map((_, i) => ({
      key: String(orderIds[i]),
      value: JSON.stringify(Object.fromEntries(names.map((name) => [name, values[name]?.[i] ?? null]))),
      timeMs: Number(values.event_time?.[i] ?? Number.NaN),
    }));
  }
}
