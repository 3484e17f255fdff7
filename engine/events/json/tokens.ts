/** What stands at a slot, in the order of the codes. */
export const ABSENT = 0;
export const NULL = 1;
/** A text without escapes: its bytes are between its quotes. */
export const TEXT = 2;
/** At most {@link EXACT_DIGITS} digits and a sign; `value` holds it. */
export const INTEGER = 3;
/** A sign and more digits. */
export const LONG_INTEGER = 4;
/** A number with a point or an exponent. */
export const DECIMAL = 5;
export const BOOLEAN = 6;
/** A text with escapes. */
export const ESCAPED = 7;
/** A text that escapes made, which names half a pair of surrogates: no UTF-8. */
export const NO_UNICODE = 8;
/** An object or an array. */
export const CONTAINER = 9;

/** Any integer of so many digits is exact as a double. */
export const EXACT_DIGITS = 15;

/** Rows whose tokens are held at a time: few enough that they stay in the processor's cache. */
export const TOKEN_ROWS = 256;

/**
 * What was found in the documents of up to {@link TOKEN_ROWS} rows, at `slot * TOKEN_ROWS + row`. `start` and `end` are
 * those of the text without quotes, or of the number or word as written.
 */
export interface Tokens {
  readonly kind: Uint8Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly value: Float64Array;
}

export function createTokens(slots: number): Tokens {
  const size = slots * TOKEN_ROWS;
  return {
    kind: new Uint8Array(size),
    start: new Uint32Array(size),
    end: new Uint32Array(size),
    value: new Float64Array(size),
  };
}
