export interface Levels {
  /** One byte per row, 1 where it has a value; null when all have. */
  readonly levels: Uint8Array | null;
  readonly present: number;
}

export interface ReadLevelsOptions {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/**
 * Definition levels of a flat optional column in Parquet's RLE/bit-packed hybrid (apache/parquet-format,
 * Encodings.md). One run for all rows, the usual case, costs nothing per row.
 */
export function readLevels({ bytes, rows }: ReadLevelsOptions): Levels {
  if (rows === 0) return { levels: null, present: 0 };
  const levels = new Uint8Array(rows);
  let present = 0;
  let at = 0;
  let row = 0;
  while (row < rows) {
    let header = 0;
    let factor = 1;
    let byte: number;
    do {
      if (at >= bytes.length || factor > 2 ** 35) throw new Error(`its levels end after ${row} of ${rows}`);
      byte = bytes[at++]!;
      header += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte > 0x7f);
    if (header % 2 === 0) {
      const level = bytes[at++];
      if (level !== 0 && level !== 1) throw new Error(`a level of ${level} in a flat column`);
      const end = Math.min(rows, row + header / 2);
      if (level === 1) {
        if (row === 0 && end === rows) return { levels: null, present: rows };
        levels.fill(1, row, end);
        present += end - row;
      }
      row = end;
    } else {
      const groups = (header - 1) / 2;
      const end = Math.min(rows, row + groups * 8);
      // Some writers leave out the padding of the last packed run.
      if (at + Math.ceil((end - row) / 8) > bytes.length)
        throw new Error(`its levels end after ${row} of ${rows}`);
      present += unpack(bytes, at, levels, row, end);
      at += groups;
      row = end;
    }
  }
  return present === rows ? { levels: null, present } : { levels, present };
}

/** Writes bits, the lowest of a byte first, to `levels[row … end−1]`; returns how many are set. */
function unpack(bytes: Uint8Array, start: number, levels: Uint8Array, row: number, end: number): number {
  let present = 0;
  let at = start;
  let to = row;
  for (; to + 8 <= end; to += 8) {
    const byte = bytes[at++]!;
    if (byte === 0) continue;
    levels[to] = byte & 1;
    levels[to + 1] = (byte >> 1) & 1;
    levels[to + 2] = (byte >> 2) & 1;
    levels[to + 3] = (byte >> 3) & 1;
    levels[to + 4] = (byte >> 4) & 1;
    levels[to + 5] = (byte >> 5) & 1;
    levels[to + 6] = (byte >> 6) & 1;
    levels[to + 7] = byte >> 7;
    const pairs = byte - ((byte >> 1) & 0x55);
    const fours = (pairs & 0x33) + ((pairs >> 2) & 0x33);
    present += (fours + (fours >> 4)) & 0x0f;
  }
  for (let bit = 0; to < end; to++, bit++) {
    const level = (bytes[at]! >> bit) & 1;
    levels[to] = level;
    present += level;
  }
  return present;
}

/** The same in BIT_PACKED, which old writers used for levels: a bit per row, the highest of a byte first. */
export function readPackedLevels({ bytes, rows }: ReadLevelsOptions): Levels {
  if (packedLevelBytes(rows) > bytes.length) throw new Error('its levels end early');
  const levels = new Uint8Array(rows);
  let present = 0;
  for (let row = 0; row < rows; row++) {
    const level = (bytes[row >> 3]! >> (7 - (row & 7))) & 1;
    levels[row] = level;
    present += level;
  }
  return present === rows ? { levels: null, present } : { levels, present };
}

export const packedLevelBytes = (rows: number): number => Math.ceil(rows / 8);
