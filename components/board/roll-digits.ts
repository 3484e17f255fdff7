/** How long digits roll: shorter than the usual distance between two frames. */
export const ROLL_MS = 420;

/** What an odometer shows on its way: an integer, and how far its last wheel has turned to the next digit (0 … 1). */
export interface Reading {
  readonly whole: number;
  readonly roll: number;
}

/**
 * The reading `elapsedMs` after a counter that stood at `from` was told `to`. It rises without pause from one
 * confirmed value to the next and never passes it; a fall (a correction) is shown at once.
 */
export function readingAt(from: number, to: number, elapsedMs: number): Reading {
  const progress = Math.min(1, elapsedMs / ROLL_MS);
  if (progress >= 1 || to <= from || elapsedMs < 0)
    return { whole: to <= from || progress >= 1 ? to : from, roll: 0 };
  const eased = 1 - (1 - progress) ** 3;
  const value = Math.min(to, from + (to - from) * eased);
  const whole = Math.floor(value);
  return { whole, roll: whole >= to ? 0 : value - whole };
}

/** One character of a number on wheels. */
export interface Wheel {
  readonly text: string;
  /** The digit that comes up from below; `null` for what does not turn. */
  readonly next: string | null;
  readonly roll: number;
}

/** Spreads a written number over wheels: the last digit turns, and every one before it while all after it are nines. */
export function wheelsOf(written: string, roll: number): Wheel[] {
  const wheels: Wheel[] = [];
  let carries = true;
  for (const text of [...written].reverse()) {
    if (!/\d/.test(text)) {
      wheels.push({ text, next: null, roll: 0 });
      continue;
    }
    wheels.push({ text, next: String((Number(text) + 1) % 10), roll: carries ? roll : 0 });
    carries &&= text === '9';
  }
  return wheels.reverse();
}
