import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BusinessDay, createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import type { OrderEvent } from '../engine/events/order-event.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { parseRateSchedule } from '../engine/sources/simulator/rate-schedule.ts';
import { createSimulatedHistory } from '../engine/sources/simulator/simulated-columns.ts';
import { type OracleRow, oracle } from '../test/oracle.ts';

/** Figures of the simulator's events by plain loops, in one zone. */
export interface SimulatedOracle {
  /**
   * What the board must show of the day `dayMs` lies in when live has taken `rows` events since midnight; `by`
   * holds its figures by key of each dimension and, as `hour`, by the hour's first instant. Of those events alone that
   * pass `where`.
   */
  today(dayMs: number, rows: number, where?: (event: OrderEvent) => boolean): OracleDay;
  /** Figures of a past day, whole, by its first instant; null where a conflict leaves the oracle no answer. */
  past(startMs: number): OracleRow | null;
}

export interface OracleDay {
  readonly startMs: number;
  readonly figures: OracleRow;
  readonly by: Readonly<Record<string, ReadonlyMap<string, OracleRow>>>;
}

/** Draws the simulator's events anew from the schedule in the data folder and adds them up with the oracle. */
export function simulatedOracle(dataFolder: string): SimulatedOracle {
  const file = join(dataFolder, 'simulator.json');
  const schedule = parseRateSchedule(readFileSync(file, 'utf8'), file);
  const { timeZone, currency } = schedule;
  const calendar = createBusinessCalendar(timeZone);
  const history = createSimulatedHistory({ schedule, calendar, schema: ORDER_SCHEMA });
  const pastDays = new Map<number, OracleRow | null>();

  const eventsOf = (day: BusinessDay, fromOffset: number, toOffset: number): OrderEvent[] => {
    const columns = history.columns(fromOffset, toOffset);
    const names = Object.keys(columns);
    const events = (columns.event_id ?? []).map(
      (_, row): OrderEvent => Object.fromEntries(names.map((name) => [name, columns[name]?.[row] ?? null])),
    );
    return events.filter(({ event_time: time }) => Number(time) >= day.startMs && Number(time) < day.endMs);
  };
  const figuresOf = (events: readonly OrderEvent[]) => {
    const answer = oracle({ events, timeZone, currency });
    const [figures] = answer.by.day ?? [];
    if (!figures) throw new Error('the simulator has no events of this day');
    return { figures, lists: answer.by };
  };

  return {
    today(dayMs, rows, where = () => true) {
      const day = calendar.dayOf(dayMs);
      const fromOffset = history.timetable.offsetAt(day.startMs);
      const events = firstPayloads(eventsOf(day, fromOffset, fromOffset + rows));
      const { figures, lists } = figuresOf(events.filter(where));
      const by = Object.entries(lists).map(([name, list]) => {
        const keyOf = (row: OracleRow): string =>
          name === 'hour' ? String(Date.parse(String(row.hour))) : String(row[name]);
        return [name, new Map(list.map((row) => [keyOf(row), row]))] as const;
      });
      return { startMs: day.startMs, figures, by: Object.fromEntries(by) };
    },
    past(startMs) {
      const known = pastDays.get(startMs);
      if (known !== undefined) return known;
      const day = calendar.dayOf(startMs);
      const offsets = history.timetable.offsetsOf(day.index);
      // Events that were held up over midnight lie among the next day's.
      const next = history.timetable.offsetsOf(day.index + 1);
      const end = next ? Math.min(next.toOffset, next.fromOffset + 1000) : (offsets?.toOffset ?? 0);
      const events = eventsOf(day, offsets?.fromOffset ?? 0, end);
      const figures = firstPayloads(events).length < events.length ? null : figuresOf(events).figures;
      pastDays.set(startMs, figures);
      return figures;
    },
  };
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
