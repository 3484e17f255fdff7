import { type Dictionary, NOT_UTF8_CODE, NULL_CODE } from '../dictionary.ts';
import { createTextArena } from '../text-arena.ts';
import type { CompiledColumn } from './compile-mapping.ts';
import { type FillOptions, markMalformed } from './fill-numbers.ts';
import { codeOfShortText, createShortTextCodes, grownShortTextCodes } from './short-text-codes.ts';
import { ABSENT, CONTAINER, DECIMAL, NO_UNICODE, NULL, TOKEN_ROWS } from './tokens.ts';

type CodeOfBytes = Dictionary['codeOfBytes'];

export interface FillCategories {
  /** Marks rows whose value can't be one: an object, an array, a number with a point or an exponent. */
  check(options: FillOptions): void;
  /** Gives codes to rows that have not failed. */
  fill(options: FillOptions, out: Int32Array): void;
}

/** Fills one category column. Numbers and booleans are their texts: 17, true. */
export function createFillCategories(column: CompiledColumn, dictionary: Dictionary): FillCategories {
  const { slot, place, fallback, renamed } = column;
  const rename = renamed.size > 0 ? createRename(renamed, dictionary) : null;
  let kept = createShortTextCodes();
  return {
    check({ records, tokens, base, count }) {
      for (let i = 0, at = slot * TOKEN_ROWS; i < count; i++, at++) {
        const kind = tokens.kind[at]!;
        if (kind === CONTAINER || kind === DECIMAL) markMalformed(records.failure, base + i, place);
      }
    },
    fill({ records, tokens, base, count }, out) {
      const { view } = records.texts;
      const { failure } = records;
      kept = grownShortTextCodes(kept, dictionary);
      for (let i = 0, at = slot * TOKEN_ROWS; i < count; i++, at++) {
        const kind = tokens.kind[at]!;
        let code = NULL_CODE;
        if (failure[base + i] !== 0) code = NULL_CODE;
        else if (kind === NO_UNICODE) code = NOT_UTF8_CODE;
        else if (kind !== ABSENT && kind !== NULL) {
          const start = tokens.start[at]!;
          const end = tokens.end[at]!;
          code = rename ? rename(view, start, end) : codeOfShortText(kept, dictionary, view, start, end);
        } else if (fallback !== null) code = dictionary.codeOf(String(fallback));
        out[base + i] = code;
      }
    },
  };
}

/** Codes of texts, some of which have another name. */
function createRename(renamed: ReadonlyMap<string, string>, dictionary: Dictionary): CodeOfBytes {
  const sources = createTextArena();
  const values: (string | null)[] = [null];
  for (const [source, value] of renamed) {
    const { buffer, byteOffset, byteLength } = new TextEncoder().encode(source);
    const view = new DataView(buffer, byteOffset, byteLength);
    sources.find(view, 0, byteLength);
    sources.append(view, 0, byteLength);
    values.push(value);
  }
  return (view, start, end) => {
    const value = values[sources.find(view, start, end)];
    return value === undefined || value === null
      ? dictionary.codeOfBytes(view, start, end)
      : dictionary.codeOf(value);
  };
}
