import { EVENT_TYPES } from '../../events/order-schema.ts';
import { below, mix } from './mix.ts';
import { ORDER_TEMPLATES } from './order-templates.ts';

/** Slots within a window change places from block to block; stages of a line lie further apart than two windows. */
export const WINDOW = 16;

const MIN_GAP = 3 * WINDOW;
/** Slots for duplicates, conflicts and bad events, per slot of orders. */
const SPECIAL_SHARE = 0.0032;
const FREE = -1;
const SPECIAL = -2;

/**
 * Who owns the slots of a block. Every block creates the same kinds of orders, and each later stage of an
 * order belongs to a slot of a later block at a fixed distance. So all blocks look alike, and the event of
 * any slot is found without knowing the events before it.
 */
export interface BlockLayout {
  /** A multiple of {@link WINDOW}. */
  readonly slots: number;
  readonly orders: number;
  /** Per slot: order within its block (−1: a special slot), its line, index into EVENT_TYPES, percent of the amount. */
  readonly order: Int16Array;
  readonly line: Uint8Array;
  readonly type: Uint8Array;
  readonly percent: Uint8Array;
  /** Per slot: how many blocks before this one the order was created. */
  readonly blocksBack: Uint16Array;
  /** Per slot: distance to the slot of the line's stage before; 0 for the first. */
  readonly sincePrevious: Int32Array;
  /** The largest `blocksBack`. */
  readonly reach: number;
}

interface Placed {
  readonly order: number;
  readonly line: number;
  readonly stage: number;
  readonly type: number;
  readonly percent: number;
}

/** Lays all stages of all templates onto a ring of slots: each at its distance, or at the next free slot after it. */
export function createBlockLayout(): BlockLayout {
  const orders = ORDER_TEMPLATES.length;
  const entries = listStages();
  const special = Math.max(1, Math.round(entries.length * SPECIAL_SHARE));
  const slots = Math.ceil((entries.length + special) / WINDOW) * WINDOW;
  const owner = new Int32Array(slots).fill(FREE);
  // Special slots repeat earlier events, so the first window of the stream must have none.
  for (let i = 0; i < slots - entries.length; i++) {
    owner[WINDOW + Math.floor(((slots - WINDOW) * (i + 0.5)) / (slots - entries.length))] = SPECIAL;
  }
  const layout = emptyLayout(slots, orders);
  const position = new Map<string, number>();
  for (const [index, { order, line, stage, type, percent }] of entries.entries()) {
    let wanted: number;
    const previous = position.get(`${order}/${line}/${stage - 1}`);
    if (stage === 0) wanted = Math.floor((rankOf(order, orders) * slots) / orders);
    else {
      const after = ORDER_TEMPLATES[order]!.stages[stage]!.afterEvents;
      // Orders of one kind differ by up to a third.
      const swing = Math.floor((after * (below(mix(7, order, stage), 600) - 300)) / 900);
      wanted = (previous ?? 0) + Math.max(MIN_GAP, after + swing);
    }
    let at = wanted;
    while (owner[at % slots] !== FREE) at++;
    const slot = at % slots;
    owner[slot] = index;
    position.set(`${order}/${line}/${stage}`, at);
    layout.order[slot] = order;
    layout.line[slot] = line;
    layout.type[slot] = type;
    layout.percent[slot] = percent;
    const createdAt = position.get(`${order}/${line}/0`) ?? 0;
    // Creation slots may have wrapped too: distances count from the block that the order belongs to.
    layout.blocksBack[slot] = Math.floor(at / slots);
    layout.sincePrevious[slot] = stage === 0 ? 0 : at - (previous ?? createdAt);
  }
  return { ...layout, reach: layout.blocksBack.reduce((most, back) => Math.max(most, back), 0) };
}

/** All stages of all orders' lines; creations first, so that an order's lines find neighbouring slots. */
function listStages(): Placed[] {
  const placed: Placed[] = [];
  for (const [order, { lines, stages }] of ORDER_TEMPLATES.entries()) {
    for (const [stage, { type, lines: which, percent }] of stages.entries()) {
      for (let line = which === 'all' ? 1 : lines; line <= lines; line++) {
        placed.push({ order, line, stage, type: EVENT_TYPES.indexOf(type), percent });
      }
    }
  }
  return placed.sort(
    (a, b) =>
      a.stage - b.stage || rankOf(a.order, ORDER_TEMPLATES.length) - rankOf(b.order, ORDER_TEMPLATES.length),
  );
}

/** Spreads the kinds over the block: neighbours differ, as the step and the number of orders share no divisor. */
function rankOf(order: number, orders: number): number {
  let step = Math.floor(orders * 0.618);
  while (divisor(step, orders) > 1) step++;
  return (order * step) % orders;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

function emptyLayout(slots: number, orders: number): Omit<BlockLayout, 'reach'> {
  return {
    slots,
    orders,
    order: new Int16Array(slots).fill(-1),
    line: new Uint8Array(slots),
    type: new Uint8Array(slots),
    percent: new Uint8Array(slots),
    blocksBack: new Uint16Array(slots),
    sincePrevious: new Int32Array(slots),
  };
}
