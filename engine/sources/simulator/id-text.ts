import { hashBytes } from '../../events/hash.ts';
import type { EventDraft } from './event-of.ts';

/** The ids of an event as text: a letter and a number. */
export const eventIdOf = (draft: EventDraft): string => `e${draft.idNumber}`;

export const orderIdOf = (draft: EventDraft): string =>
  draft.orderIndex < 0 ? `x${-1 - draft.orderIndex}` : `o${draft.orderIndex}`;

export const buyerIdOf = (draft: EventDraft): string | null => (draft.buyer < 0 ? null : `b${draft.buyer}`);

/** The lanes of `hashText` for an event's ids, made without a string. */
export interface IdHasher {
  event(draft: EventDraft, lanes: Uint32Array): void;
  order(draft: EventDraft, lanes: Uint32Array): void;
  /** All zero for a guest. */
  buyer(draft: EventDraft, lanes: Uint32Array): void;
}

const LETTER = { event: 101, order: 111, stray: 120, buyer: 98 } as const;
const BILLION = 1_000_000_000;

export function createIdHasher(): IdHasher {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);

  const hash = (letter: number, number: number, lanes: Uint32Array): void => {
    let at = bytes.length;
    let rest = number;
    while (rest >= BILLION) {
      bytes[--at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    // Small integers divide faster.
    let small = rest | 0;
    do {
      const next = (small / 10) | 0;
      bytes[--at] = 48 + small - next * 10;
      small = next;
    } while (small > 0);
    bytes[--at] = letter;
    hashBytes(view, at, bytes.length, lanes);
  };

  return {
    event: (draft, lanes) => hash(LETTER.event, draft.idNumber, lanes),
    order(draft, lanes) {
      if (draft.orderIndex < 0) hash(LETTER.stray, -1 - draft.orderIndex, lanes);
      else hash(LETTER.order, draft.orderIndex, lanes);
    },
    buyer(draft, lanes) {
      if (draft.buyer < 0) lanes.fill(0);
      else hash(LETTER.buyer, draft.buyer, lanes);
    },
  };
}
