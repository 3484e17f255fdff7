/** When events are due. */
export interface Pace {
  /**
   * When the event is to be sent, on the clock that the pace was given.
   *
   * @param index of the event, from 0, in order
   * @param eventTimeMs when it happened; NaN where nobody knows
   */
  dueMs(index: number, eventTimeMs: number): number;
}

export type PaceOptions =
  /** Events per second. */
  | { readonly rate: number }
  /** How many times as fast as the events happened. */
  | { readonly speed: number }
  /** As fast as it goes. */
  | null;

/**
 * Counts from `startMs` on. By speed the first event is due at once and the others after it as they happened; one
 * that happened before the first, or at no known time, is due at once, too.
 */
export function createPace(options: PaceOptions, startMs: number): Pace {
  if (options === null) return { dueMs: () => Number.NEGATIVE_INFINITY };
  if ('rate' in options) {
    const { rate } = options;
    return { dueMs: (index) => startMs + (index * 1000) / rate };
  }
  const { speed } = options;
  let firstMs = Number.NaN;
  return {
    dueMs(_index, eventTimeMs) {
      if (Number.isNaN(eventTimeMs)) return Number.NEGATIVE_INFINITY;
      if (Number.isNaN(firstMs)) firstMs = eventTimeMs;
      return startMs + (eventTimeMs - firstMs) / speed;
    },
  };
}
