import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import type { OrderEvent } from '../engine/events/order-event.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { parseRateSchedule } from '../engine/sources/simulator/rate-schedule.ts';
import { createSimulatedHistory } from '../engine/sources/simulator/simulated-columns.ts';
import { type OracleRow, oracle } from '../test/oracle.ts';

export interface OracleDay {
  /** Label of the business day. */
  readonly day: string;
  readonly figures: OracleRow;
  /** The day's figures by key of a dimension: gmv descending, then key ascending, null last. */
  readonly by: Readonly<Record<string, readonly OracleRow[]>>;
}

/**
 * What the board must show of today when live has taken `rows` events since midnight: the simulator's events are
 * drawn anew from the schedule in the data folder and added up by the oracle's plain loops.
 */
export function oracleToday(dataFolder: string, dayMs: number, rows: number): OracleDay {
  const file = join(dataFolder, 'simulator.json');
  const schedule = parseRateSchedule(readFileSync(file, 'utf8'), file);
  const calendar = createBusinessCalendar(schedule.timeZone);
  const history = createSimulatedHistory({ schedule, calendar, schema: ORDER_SCHEMA });
  const today = calendar.dayOf(dayMs);
  const fromOffset = history.timetable.offsetAt(today.startMs);
  const columns = history.columns(fromOffset, fromOffset + rows);
  const names = Object.keys(columns);
  const events = (columns.event_id ?? []).map(
    (_, row): OrderEvent => Object.fromEntries(names.map((name) => [name, columns[name]?.[row] ?? null])),
  );
  const ofToday = firstPayloads(events).filter((event) => {
    const time = Number(event.event_time);
    return time >= today.startMs && time < today.endMs;
  });
  const answer = oracle({ events: ofToday, timeZone: schedule.timeZone, currency: schedule.currency });
  const [figures] = answer.by.day ?? [];
  if (!figures) throw new Error(`the simulator has no events of ${today.label} among ${rows}`);
  return { day: today.label, figures, by: answer.by };
}

/** Of a conflict live keeps the payload that came first; the oracle's own rule is that of a replay. */
function firstPayloads(events: readonly OrderEvent[]): OrderEvent[] {
  const seen = new Map<string, string>();
  return events.filter((event) => {
    const id = String(event.event_id);
    const payload = JSON.stringify(event);
    const first = seen.get(id);
    if (first === undefined) seen.set(id, payload);
    return first === undefined || first === payload;
  });
}
