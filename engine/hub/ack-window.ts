/** Frames of one socket that were sent and not acknowledged yet. */
export interface AckWindow {
  isOpen(): boolean;
  sent(epoch: number, nowMs: number): void;
  /** Takes an acknowledgement of everything up to `epoch`; one of a frame that was never sent changes nothing. */
  acknowledged(epoch: number): void;
  /** When the oldest frame in flight was sent; null when there is none. */
  oldestSentMs(): number | null;
  /** Forgets all frames in flight: a new run counts its epochs anew. */
  reset(): void;
}

/** Creates the window for up to `size` frames in flight. */
export function createAckWindow(size: number): AckWindow {
  let inFlight: { epoch: number; sentMs: number }[] = [];
  return {
    isOpen: () => inFlight.length < size,
    sent(epoch, sentMs) {
      inFlight.push({ epoch, sentMs });
    },
    acknowledged(epoch) {
      const newest = inFlight.at(-1);
      if (!newest || epoch > newest.epoch) return;
      inFlight = inFlight.filter((frame) => frame.epoch > epoch);
    },
    oldestSentMs: () => inFlight[0]?.sentMs ?? null,
    reset() {
      inFlight = [];
    },
  };
}
