import { NOT_UTF8_CODE, TOO_LONG_CODE } from '../dictionary.ts';
import { ORDER_SCHEMA } from '../order-schema.ts';
import { MAX_TEXT_BYTES } from '../text-limit.ts';
import type { ColumnMapping, JsonMapping } from './json-mapping.ts';
import { keysOfPath } from './json-path.ts';

/**
 * What the decoder must give, by `JSON.parse` and plain conversions: for tests, and sharing no code with the decoder but
 * the reading of a path.
 */
export interface ExpectedRow {
  readonly failure: string;
  /** As `rowOf` gives them. */
  readonly values: Readonly<Record<string, string | number | null>>;
}

/** Stands before a number's text in a document whose numbers were made texts. */
const NUMBER_MARK = '\ue000#';
/** What a number may hold whose text can't be told from its double. */
const ODD_NUMBER = /\d{16}|\d[.eE]|-0/;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/;

/** Thrown as it is: to make an error for each takes longer than all the rest. */
const MALFORMED = new Error('malformed');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const settings = new WeakMap<JsonMapping, Map<string, { keys: readonly string[]; setting: ColumnMapping }>>();

export function expectedRow(bytes: Uint8Array, mapping: JsonMapping, currencyDigits: number): ExpectedRow {
  const values: Record<string, string | number | null> = {};
  for (const { name } of ORDER_SCHEMA) values[name] = null;
  let document: unknown;
  try {
    const text = utf8.decode(bytes);
    document = JSON.parse(text);
    if (ODD_NUMBER.test(text)) {
      document = JSON.parse(
        text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs, (part) =>
          part.startsWith('"') ? part : `"${NUMBER_MARK}${part}"`,
        ),
      );
    }
  } catch {
    return { failure: 'not_json', values };
  }
  if (document === null || typeof document !== 'object' || Array.isArray(document)) {
    return { failure: 'not_an_object', values };
  }
  const found: Record<string, string | number | null> = {};
  for (const { name, kind } of ORDER_SCHEMA) {
    const { keys, setting } = settingOf(mapping, name);
    try {
      const value = setting.constant === undefined ? valueAt(document, keys) : null;
      if (value === null) found[name] = setting.constant ?? setting.default ?? null;
      else if (kind === 'category') found[name] = categoryOf(value, setting);
      else if (kind === 'id64' || kind === 'id128') found[name] = idOf(value);
      else found[name] = numberOf(value, setting, kind === 'time', currencyDigits);
    } catch (error) {
      if (error !== MALFORMED) throw error;
      return { failure: `malformed:${name}`, values };
    }
  }
  return { failure: 'decoded', values: found };
}

function settingOf(mapping: JsonMapping, name: string) {
  const known = settings.get(mapping) ?? new Map();
  settings.set(mapping, known);
  const found = known.get(name);
  if (found) return found;
  const given = mapping[name] ?? {};
  const setting: ColumnMapping =
    typeof given === 'string' || Array.isArray(given) ? { from: given } : (given as ColumnMapping);
  const fresh = { keys: keysOfPath(setting.from ?? [name]) ?? [], setting };
  known.set(name, fresh);
  return fresh;
}

function valueAt(document: unknown, keys: readonly string[]): unknown {
  let value = document;
  for (const key of keys) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return null;
    if (Array.isArray(value) && key === 'length') return null;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function numberTextOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.startsWith(NUMBER_MARK) ? value.slice(NUMBER_MARK.length) : null;
}

const hasHalfPair = (text: string): boolean => /\p{Surrogate}/u.test(text);

function categoryOf(value: unknown, { values = {} }: ColumnMapping): string | number {
  const number = numberTextOf(value);
  const text = number ?? (typeof value === 'boolean' ? String(value) : value);
  if (typeof text !== 'string' || (number !== null && !/^-?\d+$/.test(number))) throw MALFORMED;
  const renamed = Object.entries(values).find(([, sources]) => sources.includes(text));
  if (renamed) return renamed[0];
  if (hasHalfPair(text)) return NOT_UTF8_CODE;
  return Buffer.byteLength(text) > MAX_TEXT_BYTES ? TOO_LONG_CODE : text;
}

function idOf(value: unknown): string {
  const number = numberTextOf(value);
  if (number !== null && !/^-?\d+$/.test(number)) throw MALFORMED;
  const text = number ?? value;
  if (typeof text !== 'string' || hasHalfPair(text)) throw MALFORMED;
  return text;
}

function numberOf(value: unknown, setting: ColumnMapping, isTime: boolean, currencyDigits: number): number {
  const number = numberTextOf(value);
  if (setting.unit === 'iso8601') {
    if (number !== null || typeof value !== 'string') throw MALFORMED;
    return isoOf(value);
  }
  const isText = setting.quoted || setting.unit === 'major';
  const text = number ?? (isText ? value : null);
  const [, sign, whole, fraction = '', power = '0'] =
    (typeof text === 'string' && !/^-?0\d/.test(text) && NUMBER.exec(text)) || [];
  if (sign === undefined || whole === undefined) throw MALFORMED;
  const exponents = { major: currencyDigits, seconds: 3, us: -3, ns: -6 } as Record<string, number>;
  const shift = Number(power) - fraction.length + (exponents[setting.unit ?? ''] ?? 0);
  const mantissa = BigInt(`${whole}${fraction}`);
  if (mantissa === 0n) return 0;
  if (shift > 400) return sign === '-' ? -Number.MAX_VALUE : Number.MAX_VALUE;
  const unit = 10n ** BigInt(Math.min(400, Math.max(0, -shift)));
  const scaled = mantissa * 10n ** BigInt(Math.max(0, shift));
  const isWhole = shift >= -400 && scaled % unit === 0n;
  if (!isWhole && !isTime) {
    if (setting.unit === 'major') throw MALFORMED;
    return 0.5;
  }
  const size = Math.min(Number(scaled / unit), Number.MAX_VALUE);
  if (sign === '') return size;
  return isWhole ? 0 - size : -1 - size;
}

function isoOf(text: string): number {
  const [all, year, month, day, hour, minute, second = '0', fraction = '', sign, hours = '0', minutes = '0'] =
    ISO.exec(text) ?? [];
  if (all === undefined) throw MALFORMED;
  const inRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!inRange || Number(hours) > 23 || Number(minutes) > 59) throw MALFORMED;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day)) throw MALFORMED;
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return date.getTime() - (sign === '-' ? -offset : offset);
}
