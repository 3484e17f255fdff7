import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { EVENT_TYPES } from '../../events/order-schema.ts';
import { createBlockLayout, WINDOW } from './block-layout.ts';
import { createMarketplace, type Marketplace } from './marketplace.ts';
import { below, mix } from './mix.ts';
import { type LineDraft, lineOf, type OrderDraft, orderOf } from './order-of.ts';
import type { RateSchedule } from './rate-schedule.ts';
import { createTimetable, type Timetable } from './timetable.ts';

/** To be raised whenever other events are drawn from the same schedule: files of the ones before are then made anew. */
export const GENERATOR_VERSION = 1;

/** Types by index: the schema's, then one that no schema knows. */
export const SIMULATED_TYPES: readonly string[] = [...EVENT_TYPES, 'teleported'];
const UNKNOWN_TYPE = EVENT_TYPES.length;

/** One event as numbers; indexes into the marketplace, −1 for null. Refilled by every call. */
export interface EventDraft extends OrderDraft, LineDraft {
  /** Whose id it bears: its own offset, or that of the event it repeats. */
  idNumber: number;
  eventTimeMs: number;
  /** Index into {@link SIMULATED_TYPES}. */
  type: number;
  /** Negative: an order that no block created, for events outside any lifecycle. */
  orderIndex: number;
  line: number;
  merchant: number;
  category: number;
  /** 1: another currency than the board's. */
  foreign: number;
}

export interface EventSpace {
  readonly market: Marketplace;
  readonly timetable: Timetable;
  /** Writes event `offset`, whose nominal time the caller knows from the timetable. */
  describe(offset: number, nominalTimeMs: number, out: EventDraft): void;
}

/** How far back a duplicate or conflict reaches, in events. */
const REPEAT_REACH = 2_000;
const LATE_MS = 90_000;
const VERY_LATE_MS = 20 * 60_000;

export function createEventDraft(): EventDraft {
  return {
    idNumber: 0,
    eventTimeMs: 0,
    type: 0,
    orderIndex: 0,
    line: 0,
    buyer: -1,
    product: -1,
    merchant: -1,
    category: -1,
    quantity: 0,
    amountMinor: 0,
    foreign: 0,
    country: -1,
    region: -1,
    channel: -1,
    paymentMethod: -1,
  };
}

/** All events of a schedule: event n is a pure function of (schedule, n); calls in any order agree. */
export function createEventSpace(options: {
  readonly schedule: RateSchedule;
  readonly calendar: BusinessCalendar;
}): EventSpace {
  const { seed } = options.schedule;
  const timetable = createTimetable(options);
  const market = createMarketplace(seed);
  const layout = createBlockLayout();
  // The attributes of an order's neighbouring lines are drawn once.
  let drawnOrder = Number.NaN;
  const drawn: OrderDraft = { buyer: -1, country: -1, region: -1, channel: -1, paymentMethod: -1 };

  const fillOrderLine = (orderIndex: number, line: number, out: EventDraft): void => {
    if (orderIndex !== drawnOrder) {
      orderOf(market, seed, orderIndex, drawn);
      drawnOrder = orderIndex;
    }
    out.orderIndex = orderIndex;
    out.line = line;
    out.buyer = drawn.buyer;
    out.country = drawn.country;
    out.region = drawn.region;
    out.channel = drawn.channel;
    out.paymentMethod = drawn.paymentMethod;
    lineOf(market, seed, orderIndex, line, out);
    out.merchant = market.merchantOf[out.product]!;
    out.category = market.categoryOf[out.product]!;
    out.foreign = 0;
  };

  /** The slot of the layout that an offset plays: places within a window change from block to block. */
  const slotOf = (offset: number): number => {
    const slot = offset % layout.slots;
    const turn = mix(seed, (offset - slot) / WINDOW + Math.floor(slot / WINDOW), 41);
    return (slot & -WINDOW) | (((slot & (WINDOW - 1)) * ((turn & 14) | 1) + (turn >>> 8)) & (WINDOW - 1));
  };

  /** Events arrive when they happen, but for some that were held up on the way. */
  const eventTimeOf = (offset: number, nominalTimeMs: number, slot: number): number => {
    const odds = below(mix(seed, offset, 42), 10_000);
    if (odds >= 103) return nominalTimeMs;
    const heldUpMs = below(mix(seed, offset, 43), odds < 3 ? VERY_LATE_MS : LATE_MS);
    const run = timetable.runOf(offset);
    let earliestMs = run.startMs;
    const since = layout.sincePrevious[slot]!;
    if (since > 0) {
      // Not before the stage before, which lies in the window that is `since` slots back.
      const previous =
        (Math.floor((offset - (offset % layout.slots) + slot - since) / WINDOW) + 1) * WINDOW - 1;
      if (previous >= run.fromOffset) earliestMs = timetable.timeOf(previous);
    }
    return Math.min(nominalTimeMs, Math.max(earliestMs, nominalTimeMs - heldUpMs));
  };

  const describeRegular = (offset: number, nominalTimeMs: number, slot: number, out: EventDraft): void => {
    const block = Math.floor(offset / layout.slots) + layout.reach - layout.blocksBack[slot]!;
    fillOrderLine(block * layout.orders + layout.order[slot]!, layout.line[slot]!, out);
    out.idNumber = offset;
    out.eventTimeMs = eventTimeOf(offset, nominalTimeMs, slot);
    out.type = layout.type[slot]!;
    const percent = layout.percent[slot]!;
    if (percent < 100) out.amountMinor = Math.floor((out.amountMinor * percent) / 100);
  };

  /** A lone order that was only created. */
  const describeStray = (offset: number, nominalTimeMs: number, out: EventDraft): void => {
    fillOrderLine(-1 - offset, 1, out);
    out.idNumber = offset;
    out.eventTimeMs = nominalTimeMs;
    out.type = 0;
  };

  /** Makes the event one of the four bad ones. */
  const spoil = (kind: number, out: EventDraft): void => {
    out.type = 1;
    if (kind === 0) out.product = -1;
    else if (kind === 1) out.amountMinor = -out.amountMinor;
    else if (kind === 2) out.type = UNKNOWN_TYPE;
    else out.foreign = 1;
  };

  /** A regular event shortly before `offset` in the same run of days, −1 where there is none. */
  const repeatedBy = (offset: number): number => {
    const { fromOffset } = timetable.runOf(offset);
    const reach = Math.min(REPEAT_REACH, offset - fromOffset);
    if (reach === 0) return -1;
    let target = offset - 1 - below(mix(seed, offset, 44), reach);
    while (target >= fromOffset && layout.order[slotOf(target)]! < 0) target--;
    return target < fromOffset ? -1 : target;
  };

  const describeSpecial = (offset: number, nominalTimeMs: number, out: EventDraft): void => {
    // Of 63 special events 60 are duplicates, one a conflict, two bad.
    const kind = below(mix(seed, offset, 45), 63);
    const target = kind < 61 ? repeatedBy(offset) : -1;
    if (target >= 0) {
      describeRegular(target, timetable.timeOf(target), slotOf(target), out);
      if (kind === 60) out.amountMinor += 100 * (1 + (mix(seed, offset, 47) & 7));
    } else {
      describeStray(offset, nominalTimeMs, out);
      if (kind >= 61) spoil(mix(seed, offset, 46) & 3, out);
    }
  };

  return {
    market,
    timetable,
    describe(offset, nominalTimeMs, out) {
      const slot = slotOf(offset);
      if (layout.order[slot]! < 0) describeSpecial(offset, nominalTimeMs, out);
      else describeRegular(offset, nominalTimeMs, slot, out);
    },
  };
}
