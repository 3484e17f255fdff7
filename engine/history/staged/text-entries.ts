/** Texts that rows of a file name by number, as Parquet keeps a dictionary. */
export interface TextEntries {
  readonly count: number;
  /** Each in UTF-8, its length in 32 bits before it. */
  readonly bytes: Uint8Array;
  /** Which of them stands for no text; -1: none. */
  readonly nullAt: number;
}

/** Most bytes of a UTF-16 code unit in UTF-8. */
const MOST_BYTES = 3;

/** The given texts in their order, each once; null stands for no text. */
export function textEntries(texts: readonly (string | null)[]): TextEntries {
  const units = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  const bytes = Buffer.allocUnsafe(texts.length * 4 + units * MOST_BYTES);
  let at = 0;
  for (const text of texts) {
    const length = bytes.write(text ?? '', at + 4, 'utf8');
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return { count: texts.length, bytes: bytes.subarray(0, at), nullAt: texts.indexOf(null) };
}

/** The same of rows in which texts repeat, with each row's number. */
export function codedTexts(rows: readonly (string | null)[]): {
  readonly entries: TextEntries;
  readonly codes: Uint32Array;
} {
  const numbers = new Map<string | null, number>();
  const codes = Uint32Array.from(rows, (text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
  return { entries: textEntries([...numbers.keys()]), codes };
}
