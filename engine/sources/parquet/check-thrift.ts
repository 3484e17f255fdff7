/** Thrift compact types (apache/thrift, thrift-compact-protocol.md) that Parquet uses. */
const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;

const MOST_VARINT_BYTES = 10;
const MOST_DEPTH = 32;

/**
 * Walks a Thrift struct without keeping anything of it: a parser that believes a damaged length would take
 * gigabytes for a list that isn't there, or never end. Returns the offset behind the struct.
 *
 * @throws Error that says what is wrong; RangeError where the bytes end before it.
 */
export function checkThrift(view: DataView, offset: number): number {
  let at = offset;

  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < MOST_VARINT_BYTES; i++) {
      const byte = view.getUint8(at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new Error(`a number of more than ${MOST_VARINT_BYTES} bytes`);
  };

  /** Every element takes a byte at least. */
  const length = (count: number): number => {
    if (count > view.byteLength - at)
      throw new Error(`${count} entries where ${view.byteLength - at} bytes are left`);
    return count;
  };

  const list = (depth: number): void => {
    const head = view.getUint8(at++);
    const count = length(head >> 4 === 15 ? varint() : head >> 4);
    const type = head & 0x0f;
    for (let i = 0; i < count; i++) element(type === TRUE || type === FALSE ? BYTE : type, depth);
  };

  const element = (type: number, depth: number): void => {
    if (type === TRUE || type === FALSE) return;
    if (type === BYTE) at++;
    else if (type >= I16 && type <= I64) varint();
    else if (type === DOUBLE) at += 8;
    else if (type === BINARY) {
      // Not `at += …`, which would take `at` before the varint moves it.
      const bytes = length(varint());
      at += bytes;
    } else if (type === LIST || type === SET) list(depth + 1);
    else if (type === STRUCT) struct(depth + 1);
    else throw new Error(`a value of type ${type}, which Parquet has not`);
  };

  const struct = (depth: number): void => {
    if (depth > MOST_DEPTH) throw new Error(`structs within structs, ${depth} deep`);
    for (;;) {
      const head = view.getUint8(at++);
      if ((head & 0x0f) === STOP) return;
      if (head >> 4 === 0) varint();
      element(head & 0x0f, depth);
    }
  };

  struct(0);
  if (at > view.byteLength) throw new RangeError('a struct that goes past its end');
  return at;
}
