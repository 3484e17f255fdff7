/**
 * Most UTF-8 bytes of an id or a category value. A row with a longer text is rejected (`text_too_long:<column>`),
 * so that no dictionary keeps a text that someone pasted a file into.
 */
export const MAX_TEXT_BYTES = 1024;

/** Most UTF-8 bytes of all values of one category column together. */
export const MAX_COLUMN_BYTES = 256 * 1024 * 1024;

/** Every lane of an id whose text is too long; a hash is so with a probability of 2^-64. */
export const TOO_LONG_LANE = 0xffff_ffff;
