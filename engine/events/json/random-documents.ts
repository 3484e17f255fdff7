import { ORDER_SCHEMA } from '../order-schema.ts';
import type { ColumnMapping, JsonMapping } from './json-mapping.ts';
import { keysOfPath } from './json-path.ts';

/** Documents for tests: most of them events as a mapping wants them, many with something odd, some damaged. */
export interface RandomDocuments {
  next(): Uint8Array;
}

interface Place {
  readonly children: Map<string, Place>;
  /** What a usual value is made by; null: none is wanted here. */
  usual: (() => string) | null;
}

const TEXTS = [
  '""',
  '"paid"',
  '"PAID"',
  '"payment.succeeded"',
  '"refunded"',
  '"CNY"',
  '"手机"',
  '"\u{1f600}é"',
  '"true"',
  '"12"',
  '"-12.50"',
  '"1e2"',
  '"01"',
  '"2025-11-11T00:00:00Z"',
  '"a\\u0062c"',
  '"\\ud83d\\ude00"',
  '"\\ud83d"',
  '"\\ude00\\ud83d"',
  '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
  '"\\u0000"',
  '"__proto__"',
  `"${'long '.repeat(210)}"`,
  `"${'ü'.repeat(512)}"`,
];
const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1.0',
  '1.5',
  '12.10',
  '0.1',
  '-0.001',
  '1e3',
  '1E-3',
  '120e-1',
  '1e400',
  '-1e-400',
  '0e999999999999999999999999',
  '1e99999999999999999999999',
  '9007199254740991',
  '9007199254740993',
  '-9007199254740993',
  '123456789012345678901234567890',
  '0.99999999999999999999',
  '1.00000000000000000000',
  '999999999999999.999',
  '100000000000000000e-17',
  '0.000000000000000000001e21',
];
const OTHERS = [
  'null',
  'true',
  'false',
  '{}',
  '[]',
  '[1,"a",{"b":[]}]',
  '{"no":"7","sku":{"x":1}}',
  '[[[]]]',
];
const DAMAGE = Buffer.from('{}[]",:\\ \t\n\u0000019-+.eEuntf/é\u{1f600}\ufeff');

/** xorshift32 (Marsaglia): 32-bit integers. */
export function createRandom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** `random` gives 32-bit integers; equal ones give equal documents. */
export function createRandomDocuments(mapping: JsonMapping, random: () => number): RandomDocuments {
  const below = (count: number): number => random() % count;
  const chance = (percent: number): boolean => below(100) < percent;
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const anyValue = (): string => oneOf(chance(45) ? TEXTS : chance(60) ? NUMBERS : OTHERS);
  const root: Place = { children: new Map(), usual: null };
  for (const { name, kind } of ORDER_SCHEMA) {
    const given = mapping[name] ?? {};
    const setting = (
      typeof given === 'string' || Array.isArray(given) ? { from: given } : given
    ) as ColumnMapping;
    let place = root;
    for (const key of keysOfPath(setting.from ?? [name]) ?? []) {
      const child = place.children.get(key) ?? { children: new Map(), usual: null };
      place.children.set(key, child);
      place = child;
    }
    place.usual = usualValue(kind, setting);
  }

  function usualValue(kind: string, { unit, quoted }: ColumnMapping): () => string {
    if (kind === 'category')
      return () => (chance(15) ? 'null' : `"${oneOf(['a', 'bb', 'paid', '服装', 'web'])}${below(40)}"`);
    if (kind === 'id64' || kind === 'id128')
      return () => (chance(15) ? String(random()) : `"id-${random()}"`);
    const digits = (count: number): string => String(random()).padStart(count, '7').slice(0, count);
    const text = (): string => {
      if (unit === 'iso8601') return isoText(digits);
      if (unit === 'major') return `${below(10_000)}.${digits(chance(90) ? 2 : 3)}`;
      if (kind !== 'time') return String(chance(80) ? below(100_000) : random());
      if (unit === 'seconds') return `17${digits(8)}.${digits(1 + below(9))}`;
      return `17${digits(unit === 'us' ? 14 : unit === 'ns' ? 17 : 11)}`;
    };
    const isText = unit === 'iso8601' || quoted || unit === 'major';
    return () => (isText && (unit === 'iso8601' || chance(50)) ? `"${text()}"` : text());
  }

  function isoText(digits: (count: number) => string): string {
    const two = (most: number): string => String(below(most)).padStart(2, '0');
    const seconds = chance(80)
      ? `:${two(62)}${chance(60) ? `${oneOf(['.', ','])}${digits(1 + below(9))}` : ''}`
      : '';
    const offset = oneOf(['Z', 'z', '+08:00', '-0330', '+05', '', '+24:00', '-00:60']);
    return `${oneOf(['2025', '2024', '1969', '0001', '9999'])}-${two(14)}-${two(33)}${oneOf(['T', 'T', 'T', 't', ' '])}${two(25)}:${two(61)}${seconds}${offset}`;
  }

  /** A document's bytes around its scalars: texts, and makers of values. */
  type Part = string | (() => string);

  const space = (isSpacious: boolean): string => (isSpacious ? oneOf(['', ' ', '\n', '\t\r ']) : '');
  const keyText = (key: string): string => {
    const text = JSON.stringify(key);
    if (!chance(2)) return text;
    return `"${[...key].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  };

  const writePlace = (place: Place, out: Part[], isSpacious: boolean): void => {
    if (place.children.size === 0 || (place !== root && chance(5))) {
      const { usual } = place;
      const oddly = chance(5);
      out.push(() => (usual && !oddly && !chance(3) ? usual() : anyValue()));
      return;
    }
    const isArray =
      place !== root && [...place.children.keys()].every((key) => /^\d+$/.test(key)) && chance(85);
    const children = [...place.children].filter(() => chance(92));
    if (isArray) children.sort(([a], [b]) => Number(a) - Number(b));
    else if (chance(30)) children.sort(() => (chance(50) ? 1 : -1));
    out.push(isArray ? '[' : '{', space(isSpacious));
    let count = 0;
    const separate = (): void => {
      if (count++ > 0) out.push(`,${space(isSpacious)}`);
    };
    for (const [key, child] of children) {
      for (let times = chance(3) && !isArray ? 2 : 1; times > 0; times--) {
        if (chance(8) && !isArray) {
          separate();
          out.push(`${JSON.stringify(oneOf(['x', 'tags', '0', 'length', '__proto__', 'é', '']))}:`, anyValue);
        }
        separate();
        if (!isArray) out.push(`${keyText(key)}${space(isSpacious)}:${space(isSpacious)}`);
        writePlace(child, out, isSpacious);
        out.push(space(isSpacious));
      }
    }
    out.push(isArray ? ']' : '}');
  };

  const damaged = (bytes: Uint8Array): Uint8Array => {
    const at = below(bytes.length + 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (below(5)) {
      case 0:
        return Buffer.concat([before, DAMAGE.subarray(below(DAMAGE.length)).subarray(0, 1), after]);
      case 1:
        return Buffer.concat([before, after.subarray(1 + below(3))]);
      case 2:
        return Buffer.concat([
          before,
          Buffer.of(chance(50) ? (DAMAGE[below(DAMAGE.length)] ?? 0) : below(256)),
          after.subarray(1),
        ]);
      case 3:
        return before;
      default:
        return Buffer.concat([before, after.subarray(0, below(40)), after]);
    }
  };

  let parts: Part[] = [];
  let left = 0;
  return {
    next() {
      if (left-- <= 0) {
        parts = [];
        left = below(24);
        const isSpacious = chance(20);
        parts.push(space(isSpacious));
        if (chance(98)) writePlace(root, parts, isSpacious);
        else parts.push(anyValue);
        parts.push(space(isSpacious));
      }
      let text = '';
      for (const part of parts) text += typeof part === 'string' ? part : part();
      let bytes: Uint8Array = Buffer.from(text);
      if (chance(20)) for (let times = 1 + below(3); times > 0; times--) bytes = damaged(bytes);
      return bytes;
    },
  };
}
