import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Schema } from '../../events/order-schema.ts';
import { foreignCurrency } from './event-encoder.ts';
import { createEventDraft, createEventSpace, type EventDraft, SIMULATED_TYPES } from './event-of.ts';
import { buyerIdOf, eventIdOf, orderIdOf } from './id-text.ts';
import type { RateSchedule } from './rate-schedule.ts';
import type { Timetable } from './timetable.ts';

/** Values by column name: texts for ids and categories, numbers for the rest; null is null. */
export type SimulatedColumns = Record<string, (string | number | null)[]>;

/** The simulator's events as text, for files and tests. */
export interface SimulatedHistory {
  readonly timetable: Timetable;
  /** Events `fromOffset` … `toOffset` − 1. */
  columns(fromOffset: number, toOffset: number): SimulatedColumns;
}

/** The same events as {@link createSimulatorSource} gives, drawn by the same functions. */
export function createSimulatedHistory(options: {
  readonly schedule: RateSchedule;
  readonly calendar: BusinessCalendar;
  readonly schema: Schema;
}): SimulatedHistory {
  const space = createEventSpace(options);
  const { market } = space;
  const { currency } = options.schedule;
  const foreign = foreignCurrency(currency);
  const readers: Readonly<Record<string, (draft: EventDraft) => string | number | null>> = {
    event_id: eventIdOf,
    event_time: (draft) => draft.eventTimeMs,
    type: (draft) => SIMULATED_TYPES[draft.type] ?? null,
    order_id: orderIdOf,
    line: (draft) => draft.line,
    buyer_id: buyerIdOf,
    merchant_id: (draft) => market.merchants[draft.merchant] ?? null,
    product_id: (draft) => market.products[draft.product] ?? null,
    category: (draft) => market.categories[draft.category] ?? null,
    quantity: (draft) => draft.quantity,
    amount_minor: (draft) => draft.amountMinor,
    currency: (draft) => (draft.foreign ? foreign : currency),
    country: (draft) => market.countries[draft.country] ?? null,
    region: (draft) => market.regions[draft.region] ?? null,
    channel: (draft) => market.channels[draft.channel] ?? null,
    payment_method: (draft) => market.paymentMethods[draft.paymentMethod] ?? null,
  };
  const columns = options.schema.map(({ name }) => ({ name, read: readers[name] ?? (() => null) }));

  return {
    timetable: space.timetable,
    columns(fromOffset, toOffset) {
      const count = toOffset - fromOffset;
      const times = new Float64Array(count);
      space.timetable.fillTimes(fromOffset, count, times);
      const values = columns.map(() => new Array<string | number | null>(count).fill(null));
      const draft = createEventDraft();
      for (let row = 0; row < count; row++) {
        space.describe(fromOffset + row, times[row]!, draft);
        for (let i = 0; i < columns.length; i++) values[i]![row] = columns[i]!.read(draft);
      }
      return Object.fromEntries(columns.map(({ name }, i) => [name, values[i]!]));
    },
  };
}
