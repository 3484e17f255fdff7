import { GmvError } from '../errors.ts';
import { bitWidthOf, encodeHybrid } from './bit-packing.ts';
import type { ColumnBuilder, EncodedChunk } from './encoded-chunk.ts';
import { createTextBytes } from './text-bytes.ts';

export interface TextColumnOptions {
  readonly name: string;
  /** Most rows of a row group. */
  readonly capacity: number;
}

/** Texts that are each their own, such as event ids: no dictionary is tried and no bounds are kept. */
export function createUniqueTextColumn({ name, capacity }: TextColumnOptions): ColumnBuilder {
  const texts = createTextBytes();
  const levels = new Uint8Array(capacity);
  let rows = 0;
  let nulls = 0;
  return {
    append(values, from, to) {
      if (rows === 0) texts.clear();
      for (let i = from; i < to; i++) {
        const value = values[i];
        const isNull = value === null || value === undefined;
        levels[rows++] = isNull ? 0 : 1;
        if (isNull) nulls++;
        else texts.add(asText(name, value));
      }
    },
    encode() {
      const chunk: EncodedChunk = {
        nullCount: nulls,
        dictionary: null,
        levels: encodeHybrid(levels, rows, 1),
        values: texts.bytes(),
      };
      rows = 0;
      nulls = 0;
      return chunk;
    },
  };
}

/** Texts that repeat: a dictionary, unless plain values take less room. */
export function createTextColumn({ name, capacity }: TextColumnOptions): ColumnBuilder {
  const entries = createTextBytes();
  const plain = createTextBytes();
  const ends: number[] = [];
  const codes = new Map<string, number>();
  const indices = new Int32Array(capacity);
  const levels = new Uint8Array(capacity);
  let rows = 0;
  let present = 0;
  let plainBytes = 0;
  let last = '';
  let lastCode = -1;

  const codeOf = (text: string): number => {
    if (text === last && lastCode >= 0) return lastCode;
    let code = codes.get(text);
    if (code === undefined) {
      code = ends.length;
      codes.set(text, code);
      entries.add(text);
      ends.push(entries.end);
    }
    last = text;
    lastCode = code;
    return code;
  };

  const reset = (): void => {
    rows = 0;
    present = 0;
    plainBytes = 0;
    lastCode = -1;
    codes.clear();
    ends.length = 0;
  };

  return {
    append(values, from, to) {
      if (rows === 0) {
        entries.clear();
        plain.clear();
      }
      for (let i = from; i < to; i++) {
        const value = values[i];
        if (value === null || value === undefined) {
          levels[rows++] = 0;
          continue;
        }
        const code = codeOf(asText(name, value));
        levels[rows++] = 1;
        indices[present++] = code;
        plainBytes += ends[code]! - (ends[code - 1] ?? 0);
      }
    },
    encode() {
      const all = entries.bytes();
      const width = bitWidthOf(ends.length - 1);
      const pays = entries.end + (present * width) / 8 < plainBytes;
      if (!pays)
        for (let i = 0; i < present; i++) {
          const code = indices[i]!;
          plain.copy(all, ends[code - 1] ?? 0, ends[code]!);
        }
      const chunk: EncodedChunk = {
        nullCount: rows - present,
        dictionary: pays ? { count: ends.length, bytes: all } : null,
        levels: encodeHybrid(levels, rows, 1),
        values: pays ? withWidth(width, encodeHybrid(indices, present, width)) : plain.bytes(),
      };
      reset();
      return chunk;
    },
  };
}

export function withWidth(width: number, packed: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(packed.length + 1);
  bytes[0] = width;
  bytes.set(packed, 1);
  return bytes;
}

function asText(name: string, value: string | number): string {
  if (typeof value === 'string') return value;
  throw new GmvError(
    'archive_value',
    `column "${name}" holds texts, got the number ${value}`,
    'Pass a string.',
  );
}
