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
      }
      row = end;
    } else {
      const end = Math.min(rows, row + ((header - 1) / 2) * 8);
      // Some writers leave out the padding of the last packed run.
      if (at + Math.ceil((end - row) / 8) > bytes.length)
        throw new Error(`its levels end after ${row} of ${rows}`);
      for (let i = 0; row + i < end; i++) levels[row + i] = (bytes[at + (i >> 3)]! >> (i & 7)) & 1;
      at += (header - 1) / 2;
      row = end;
    }
  }
  return counted(levels);
}

/** The same in BIT_PACKED, which old writers used for levels: a bit per row, the highest of a byte first. */
export function readPackedLevels({ bytes, rows }: ReadLevelsOptions): Levels {
  if (packedLevelBytes(rows) > bytes.length) throw new Error('its levels end early');
  const levels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) levels[row] = (bytes[row >> 3]! >> (7 - (row & 7))) & 1;
  return counted(levels);
}

export const packedLevelBytes = (rows: number): number => Math.ceil(rows / 8);

function counted(levels: Uint8Array): Levels {
  let present = 0;
  for (let row = 0; row < levels.length; row++) present += levels[row]!;
  return present === levels.length ? { levels: null, present } : { levels, present };
}
