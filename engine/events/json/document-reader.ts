import { NOT_AN_OBJECT, NOT_JSON, type TextBytes } from '../record-columns.ts';
import { childOfKey, type PathNode } from './path-tree.ts';
import { NO_SCALAR, scanScalar, scanText } from './scan-scalar.ts';
import { ABSENT, CONTAINER, createTokens, ESCAPED, TOKEN_ROWS, type Tokens } from './tokens.ts';
import { appendUnescaped } from './unescape-text.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Most scalars of a document that are noted. */
const MOST_SCALARS = 1_024;

/** Where the scalars of the last document are, in its order, and at which slots; all of them, mapped or not. */
export interface Scalars {
  count: number;
  /**
   * Whether they are all that the tokens came from: there are no more than are noted, no path leads to an object or
   * array, and no key on a path came twice.
   */
  tellAll: boolean;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly slot: Int32Array;
}

export interface DocumentReader {
  readonly scalars: Scalars;
  /**
   * Reads the document [start, end) into the tokens of `row`, whose kinds are all ABSENT; returns 0, NOT_JSON or
   * NOT_AN_OBJECT. The bytes are UTF-8.
   */
  read(texts: TextBytes, start: number, end: number, row: number): number;
}

export interface DocumentReaderOptions {
  readonly root: PathNode;
  readonly tokens: Tokens;
  /** A slot that nobody reads. */
  readonly spare: number;
}

/**
 * Reads any JSON (RFC 8259), strictly, in one pass over its bytes and without recursion, and keeps only what paths lead
 * to. As with `JSON.parse`, the last of equal keys counts, with all that is beneath it.
 */
export function createDocumentReader({ root, tokens, spare }: DocumentReaderOptions): DocumentReader {
  const scalars: Scalars = {
    count: 0,
    tellAll: true,
    start: new Uint32Array(MOST_SCALARS),
    end: new Uint32Array(MOST_SCALARS),
    slot: new Int32Array(MOST_SCALARS),
  };
  const keyToken = createTokens(1);
  const plainKey: TextBytes = {
    bytes: new Uint8Array(64),
    view: new DataView(new ArrayBuffer(64)),
    length: 0,
  };
  /** Per open container: the place that it is; of an array, the index of its current element, of an object −1. */
  const nodes: (PathNode | null)[] = [];
  let places = new Int32Array(64);
  let texts: TextBytes;
  let end = 0;
  let row = 0;

  const skipSpace = (from: number): number => {
    const { bytes } = texts;
    let at = from;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    }
    return at;
  };
  const byteAt = (at: number): number => (at < end ? texts.bytes[at]! : 0);

  const open = (node: PathNode | null, isArray: boolean): void => {
    if (nodes.length === places.length) {
      const longer = new Int32Array(places.length * 2);
      longer.set(places);
      places = longer;
    }
    places[nodes.length] = isArray ? 0 : -1;
    nodes.push(node);
    if (node === null || node.slot < 0) return;
    tokens.kind[node.slot * TOKEN_ROWS + row] = CONTAINER;
    scalars.tellAll = false;
  };

  /** Takes away what an equal key before it left. */
  const clear = (node: PathNode): void => {
    for (let slot = node.slotsFrom; slot < node.slotsEnd; slot++) {
      const index = slot * TOKEN_ROWS + row;
      if (tokens.kind[index] === ABSENT) continue;
      tokens.kind[index] = ABSENT;
      scalars.tellAll = false;
    }
  };

  /** The place that the key which was scanned last names in the innermost object. */
  const childOfScannedKey = (): PathNode | null => {
    const parent = nodes[nodes.length - 1] ?? null;
    if (parent === null) return null;
    const start = keyToken.start[0]!;
    let child: PathNode | null;
    if (keyToken.kind[0] === ESCAPED) {
      plainKey.length = 0;
      appendUnescaped(texts, start, keyToken.end[0]!, plainKey);
      child = childOfKey(parent, plainKey.bytes, 0, plainKey.length);
    } else child = childOfKey(parent, texts.bytes, start, keyToken.end[0]!);
    if (child !== null) clear(child);
    return child;
  };

  const childAtPlace = (): PathNode | null => {
    const depth = nodes.length - 1;
    return nodes[depth]?.byIndex.get(places[depth]!) ?? null;
  };

  /** Reads a key and its colon; returns where its value begins, or NO_SCALAR. */
  const readKey = (from: number): number => {
    if (byteAt(from) !== QUOTE) return NO_SCALAR;
    const behind = scanText(texts.view, from + 1, end, keyToken, 0);
    if (behind === NO_SCALAR) return NO_SCALAR;
    const colon = skipSpace(behind);
    return byteAt(colon) === COLON ? skipSpace(colon + 1) : NO_SCALAR;
  };

  const readScalar = (at: number, node: PathNode | null): number => {
    const slot = node !== null && node.slot >= 0 ? node.slot : spare;
    const behind = scanScalar(texts.view, at, end, tokens, slot * TOKEN_ROWS + row);
    if (scalars.count === MOST_SCALARS) {
      scalars.tellAll = false;
      return behind;
    }
    const place = scalars.count++;
    scalars.start[place] = at;
    scalars.end[place] = behind;
    scalars.slot[place] = slot;
    return behind;
  };

  /** Reads values until the one that began at `from` has ended; returns where, or NO_SCALAR. */
  const readValue = (from: number): number => {
    let at = from;
    let node: PathNode | null = root;
    for (;;) {
      const first = byteAt(at);
      if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        open(node, first === OPEN_BRACKET);
        at = skipSpace(at + 1);
        if (byteAt(at) !== (first === OPEN_BRACKET ? CLOSE_BRACKET : CLOSE_BRACE)) {
          if (first === OPEN_BRACKET) node = childAtPlace();
          else {
            at = readKey(at);
            if (at === NO_SCALAR) return NO_SCALAR;
            node = childOfScannedKey();
          }
          continue;
        }
        nodes.pop();
        at++;
      } else {
        at = readScalar(at, node);
        if (at === NO_SCALAR) return NO_SCALAR;
      }
      // Behind a value: the next one of its container, or the container's end, which is behind a value again.
      for (;;) {
        const depth = nodes.length - 1;
        if (depth < 0) return at;
        at = skipSpace(at);
        const isArray = places[depth]! >= 0;
        const byte = byteAt(at);
        if (byte === COMMA) {
          at = skipSpace(at + 1);
          if (isArray) {
            places[depth]!++;
            node = childAtPlace();
          } else {
            at = readKey(at);
            if (at === NO_SCALAR) return NO_SCALAR;
            node = childOfScannedKey();
          }
          break;
        }
        if (byte !== (isArray ? CLOSE_BRACKET : CLOSE_BRACE)) return NO_SCALAR;
        nodes.pop();
        at++;
      }
    }
  };

  return {
    scalars,
    read(from, start, limit, tokenRow) {
      texts = from;
      end = limit;
      row = tokenRow;
      nodes.length = 0;
      scalars.count = 0;
      scalars.tellAll = true;
      const at = skipSpace(start);
      const isObject = byteAt(at) === OPEN_BRACE;
      const behind = readValue(at);
      if (behind === NO_SCALAR || skipSpace(behind) !== end) return NOT_JSON;
      return isObject ? 0 : NOT_AN_OBJECT;
    },
  };
}
