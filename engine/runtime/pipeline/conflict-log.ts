import type { BusinessDay } from '../../calendar/business-calendar.ts';
import type { WideIdColumn } from '../../events/event-batch.ts';
import type { PayloadLanes } from '../../operators/hash-payload.ts';
import { type DedupTable, entryAt, reserveWinner } from '../../state/dedup-table.ts';
import type { ConflictLog, Contender } from './day-state.ts';
import type { ConflictWinners } from './pipeline.ts';

const hex = (word: number): string => word.toString(16).padStart(8, '0');
const words = (text: string): number[] =>
  Array.from({ length: text.length / 8 }, (_, i) => Number.parseInt(text.slice(i * 8, i * 8 + 8), 16));

export interface ConflictingRow {
  readonly row: number;
  readonly eventId: WideIdColumn;
  readonly payload: PayloadLanes;
  readonly timeInDay: number;
}

type Payload = Pick<Contender, 'timeInDay' | 'payloadHi' | 'payloadLo'>;

/** Whether `a` is lower than `b` by (event time, payload hash): among payloads of one id the lowest is right. */
function isLower(a: Payload, b: Payload): boolean {
  const difference = a.timeInDay - b.timeInDay || a.payloadHi - b.payloadHi || a.payloadLo - b.payloadLo;
  return difference < 0;
}

/** Notes a row whose id was applied with the other payload at `at`. */
export function logConflict(log: ConflictLog, table: DedupTable, at: number, conflict: ConflictingRow): void {
  const { row, eventId, payload, timeInDay } = conflict;
  const id = eventId.map((lane) => hex(lane[row]!)).join('');
  const [payloadHi, payloadLo, appliedTime] = entryAt(table, at);
  const first = { timeInDay: appliedTime, payloadHi, payloadLo, applied: true, tied: false };
  const best = log.get(id) ?? first;
  const other = { timeInDay, payloadHi: payload.hi[row]!, payloadLo: payload.lo[row]!, applied: false };
  const tied =
    other.timeInDay === best.timeInDay &&
    (best.tied || other.payloadHi !== best.payloadHi || other.payloadLo !== best.payloadLo);
  if (isLower(other, best)) log.set(id, { ...other, tied });
  else log.set(id, tied ? { ...best, tied } : best);
}

/** Whether only the hash of a payload says of some id which of its events is right. */
export const hasTies = (log: ConflictLog): boolean => [...log.values()].some(({ tied }) => tied);

/** The right payload of every conflicting id, or null when the right ones were applied already. */
export function winnersOf(log: ConflictLog, day: BusinessDay): ConflictWinners | null {
  if ([...log.values()].every((best) => best.applied)) return null;
  return new Map(
    [...log].map(([id, best]) => [
      id,
      { eventTimeMs: day.startMs + best.timeInDay, payload: hex(best.payloadHi) + hex(best.payloadLo) },
    ]),
  );
}

/** Enters the winners that lie in the day, before any of its events. */
export function reserveWinners(table: DedupTable, winners: ConflictWinners, day: BusinessDay): void {
  for (const [id, { eventTimeMs, payload }] of winners) {
    if (eventTimeMs < day.startMs || eventTimeMs >= day.endMs) continue;
    const [a = 0, b = 0, c = 0, d = 0] = words(id);
    const [hi = 0, lo = 0] = words(payload);
    reserveWinner(table, [a, b, c, d], [hi, lo], eventTimeMs - day.startMs);
  }
}
