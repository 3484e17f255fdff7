export interface ReadIndicesOptions {
  /** A page's values: the bit width, then runs. */
  readonly bytes: Uint8Array;
  /** Filled whole. */
  readonly out: Int32Array;
  /** Entries of the dictionary: an index at or past it is an error. */
  readonly size: number;
}

/**
 * Dictionary indices in Parquet's RLE/bit-packed hybrid (apache/parquet-format, Encodings.md). A reader of our
 * own because it is the hottest loop of all: hyparquet's, which looks at one byte at a time, takes twice as long.
 */
export function readIndices({ bytes, out, size }: ReadIndicesOptions): void {
  const width = bytes[0];
  if (width === undefined || width > 24) throw new Error(`dictionary indices of ${width} bits`);
  // Of no bits there may be no runs either.
  const isBare = width === 0 && bytes.length === 1;
  const highest = isBare ? out.fill(0) && 0 : readRuns(bytes, width, out);
  if (highest >= size) throw new Error(`a page refers to entry ${highest} of a dictionary of ${size}`);
}

/** Returns the highest index. */
function readRuns(bytes: Uint8Array, width: number, out: Int32Array): number {
  const runBytes = (width + 7) >> 3;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let highest = 0;
  let at = 1;
  let row = 0;
  while (row < out.length) {
    let header = 0;
    let shift = 0;
    let byte: number;
    do {
      if (at >= bytes.length) throw new Error(`its indices end after ${row} of ${out.length}`);
      byte = bytes[at++]!;
      header |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f && shift < 35);
    if (shift === 35 && byte > 0x0f) throw new Error('a run whose head has more than 32 bits');
    const isPacked = (header & 1) === 1;
    const length = (header >>> 1) * (isPacked ? 8 : 1);
    const end = Math.min(out.length, row + length);
    const next = at + (isPacked ? (header >>> 1) * width : runBytes);
    // Some writers leave out the padding of the last packed run.
    const needed = isPacked ? at + Math.ceil(((end - row) * width) / 8) : next;
    if (needed > bytes.length) throw new Error(`its indices end after ${row} of ${out.length}`);
    if (isPacked && width > 0) highest = Math.max(highest, unpack({ view, at, width, out, row, end }));
    else {
      let value = 0;
      for (let i = runBytes - 1; i >= 0; i--) value = (value << 8) | bytes[at + i]!;
      out.fill(value, row, end);
      highest = Math.max(highest, value);
    }
    row = end;
    at = next;
  }
  return highest;
}

interface UnpackOptions {
  readonly view: DataView;
  readonly at: number;
  readonly width: number;
  readonly out: Int32Array;
  readonly row: number;
  readonly end: number;
}

/** Unpacks `out[row … end−1]` from `view` at byte `at`; returns the highest value. */
function unpack({ view, at, width, out, row, end }: UnpackOptions): number {
  const mask = (1 << width) - 1;
  // A word read from any byte holds a whole value, whose first bit is one of its first eight. The last values are too
  // near to the end for that.
  const words = Math.max(0, Math.ceil(((view.byteLength - at - 3) * 8) / width));
  const byWord = Math.min(end, row + words);
  let highest = 0;
  let bit = 0;
  for (let i = row; i < byWord; i++, bit += width) {
    const value = (view.getInt32(at + (bit >>> 3), true) >>> (bit & 7)) & mask;
    out[i] = value;
    if (value > highest) highest = value;
  }
  for (let i = byWord; i < end; i++, bit += width) {
    const value = (lastWord(view, at + (bit >>> 3)) >>> (bit & 7)) & mask;
    out[i] = value;
    if (value > highest) highest = value;
  }
  return highest;
}

/** The word at `at` where fewer than four bytes are left; zeros stand for what is missing. */
function lastWord(view: DataView, at: number): number {
  let word = 0;
  for (let byte = view.byteLength - 1; byte >= at; byte--) word = (word << 8) | view.getUint8(byte);
  return word;
}
