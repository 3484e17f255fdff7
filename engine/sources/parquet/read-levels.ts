import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readVarInt } from 'hyparquet/src/thrift.js';

export interface Levels {
  /** One byte per row, 1 where it has a value; null when all have. */
  readonly levels: Uint8Array | null;
  readonly present: number;
}

/** Definition levels of a flat optional column. One run for all rows, the usual case, costs nothing per row. */
export function readLevels({ bytes, rows }: { readonly bytes: Uint8Array; readonly rows: number }): Levels {
  if (rows === 0) return { levels: null, present: 0 };
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const header = readVarInt(reader);
  const isOneRun = (header & 1) === 0 && header >>> 1 >= rows;
  if (isOneRun && bytes[reader.offset] === 1) return { levels: null, present: rows };
  const levels = new Uint8Array(rows);
  if (isOneRun) return { levels, present: 0 };
  reader.offset = 0;
  readRleBitPackedHybrid(reader, 1, levels, bytes.length);
  let present = 0;
  for (let row = 0; row < rows; row++) present += levels[row]!;
  return present === rows ? { levels: null, present } : { levels, present };
}
