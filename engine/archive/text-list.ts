import { growRoom } from './grow-room.ts';
import { createTextBytes, type TextBytes } from './text-bytes.ts';

/** Texts laid out plainly, numbered 0, 1, 2, … */
export interface TextList {
  readonly texts: TextBytes;
  /** Text n lies between `starts[n]` and `starts[n + 1]`. */
  readonly starts: Uint32Array;
  readonly count: number;
  /** Gives what was appended to `texts` since the last call its number. */
  number(): number;
  clear(): void;
}

export function createTextList(): TextList {
  const texts = createTextBytes();
  let starts = new Uint32Array(2);
  let count = 0;
  return {
    texts,
    get starts() {
      return starts;
    },
    get count() {
      return count;
    },
    number() {
      if (count + 1 === starts.length) starts = growRoom(starts, count + 2);
      starts[count + 1] = texts.end;
      return count++;
    },
    clear() {
      texts.clear();
      count = 0;
    },
  };
}
