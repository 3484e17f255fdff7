import { NO_TEXT } from '../events/record-columns.ts';
import { bitWidthOf, encodeHybrid, encodeLevels } from './bit-packing.ts';
import type { ColumnBuilder, ColumnValues, EncodedChunk } from './encoded-chunk.ts';
import { growRoom } from './grow-room.ts';
import { createTextBytes, LENGTH_BYTES, type TextBytes } from './text-bytes.ts';
import { asText, type SpannedTexts, type TextEntries } from './text-entries.ts';

/** Texts that are each their own, such as event ids: no dictionary is tried and no bounds are kept. */
export function createUniqueTextColumn(name: string): ColumnBuilder {
  return uniqueColumn<ColumnValues>((values, row, texts) => {
    const value = values[row];
    if (value === null || value === undefined) return false;
    texts.add(asText(name, value));
    return true;
  });
}

/** The same, from stretches of bytes. */
export function createUniqueSpannedColumn(): ColumnBuilder<SpannedTexts> {
  return uniqueColumn<SpannedTexts>(({ view, start, end, rows }, i, texts) => {
    const row = rows[i]!;
    if (start[row] === NO_TEXT) return false;
    texts.addBytes(view, start[row]!, end[row]!);
    return true;
  });
}

/** `add` appends a row's text, or says that there is none. */
function uniqueColumn<V>(add: (values: V, row: number, texts: TextBytes) => boolean): ColumnBuilder<V> {
  const texts = createTextBytes();
  let levels = new Uint8Array(0);
  let rows = 0;
  let nulls = 0;
  return {
    append(values, from, to) {
      if (rows === 0) texts.clear();
      levels = growRoom(levels, rows + to - from);
      for (let i = from; i < to; i++) {
        const there = add(values, i, texts) ? 1 : 0;
        levels[rows++] = there;
        nulls += 1 - there;
      }
    },
    encode() {
      const chunk: EncodedChunk = {
        nullCount: nulls,
        dictionary: null,
        levels: encodeLevels(levels, rows, rows - nulls),
        values: texts.bytes(),
      };
      rows = 0;
      nulls = 0;
      return chunk;
    },
  };
}

/** Texts that repeat: a dictionary, unless plain values take less room. */
export function createTextColumn<V>(entries: TextEntries<V>): ColumnBuilder<V> {
  const { list } = entries;
  const plain = createTextBytes();
  let indices = new Int32Array(0);
  let levels = new Uint8Array(0);
  let rows = 0;
  let nulls = 0;
  const plainBytes = (present: number): number => {
    const { starts } = list;
    let sum = 0;
    for (let i = 0; i < present; i++) sum += starts[indices[i]! + 1]! - starts[indices[i]!]!;
    return sum;
  };

  return {
    append(values, from, to) {
      if (rows === 0) {
        entries.clear();
        plain.clear();
      }
      indices = growRoom(indices, rows + to - from);
      nulls += entries.number(values, from, to, indices, rows);
      rows += to - from;
    },
    encode() {
      const present = rows - nulls;
      levels = growRoom(levels, rows);
      if (nulls > 0) takeNullsOut(indices, levels, rows);
      const { texts, starts, count } = list;
      const width = bitWidthOf(count - 1);
      const dictionaryBytes = texts.end + (present * width) / 8;
      // Often what the lengths alone take decides, and no row need be looked at.
      const pays = dictionaryBytes < present * LENGTH_BYTES || dictionaryBytes < plainBytes(present);
      if (!pays)
        for (let i = 0; i < present; i++) {
          const number = indices[i]!;
          plain.copy(texts.view, starts[number]!, starts[number + 1]!);
        }
      const chunk: EncodedChunk = {
        nullCount: nulls,
        dictionary: pays ? { count, bytes: texts.bytes(), width } : null,
        levels: encodeLevels(levels, rows, present),
        values: pays ? encodeHybrid(indices, present, width) : plain.bytes(),
      };
      rows = 0;
      nulls = 0;
      return chunk;
    },
  };
}

/** Moves the indices of texts together, and writes to `levels` which rows have one. */
function takeNullsOut(indices: Int32Array, levels: Uint8Array, rows: number): void {
  let present = 0;
  for (let row = 0; row < rows; row++) {
    const index = indices[row]!;
    levels[row] = index < 0 ? 0 : 1;
    if (index >= 0) indices[present++] = index;
  }
}
