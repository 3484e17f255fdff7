import type { Lanes } from '../state/grow.ts';
import { LentArray } from '../state/lent-array.ts';
import { unfitting } from './checkpoint-error.ts';

const ARRAY_TYPES = { Uint8Array, Uint16Array, Int32Array, Uint32Array, Float64Array } as const;

export type ArrayType = keyof typeof ARRAY_TYPES;

/** Stands for a typed array in a skeleton: type, elements, and its number. */
const MARK = '$array';

export interface Apart {
  /** JSON in which each typed array is a mark. */
  readonly skeleton: string;
  /** By number. */
  readonly arrays: readonly (Lanes | LentArray)[];
}

/** What a skeleton says of its arrays. */
export interface ArrayShape {
  readonly type: ArrayType;
  readonly length: number;
}

/**
 * Takes plain data apart: a tree of objects, lists, texts, finite numbers, booleans and null, with typed arrays.
 *
 * @throws GmvError `checkpoint_contents` that names the first value which would not come back as it is.
 */
export function takeApart(data: unknown): Apart {
  const arrays: (Lanes | LentArray)[] = [];
  const strip = (value: unknown, path: string): unknown => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    const type = arrayTypeOf(value);
    if (type !== null) {
      const array = value as Lanes | LentArray;
      return { [MARK]: [type, array.length, arrays.push(array) - 1] };
    }
    if (Array.isArray(value)) return value.map((item, i) => strip(item, `${path}[${i}]`));
    if (!isPlainObject(value) || MARK in value) {
      throw unfitting(path, nameOf(value));
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, strip(item, `${path}.${key}`)]),
    );
  };
  const stripped = strip(data, 'data');
  return { skeleton: JSON.stringify(stripped), arrays };
}

/** The arrays that a parsed skeleton asks for, by number. */
export function arraysOf(skeleton: unknown): ArrayShape[] {
  const shapes: ArrayShape[] = [];
  walk(skeleton, (type, length, number) => {
    shapes[number] = { type, length };
    return null;
  });
  return shapes;
}

/** The data of a parsed skeleton and its arrays. */
export function putTogether(skeleton: unknown, arrays: readonly Lanes[]): unknown {
  return walk(skeleton, (_type, _length, number) => arrays[number] ?? null);
}

export function createArray({ type, length }: ArrayShape): Lanes {
  return new ARRAY_TYPES[type](length);
}

type OnArray = (type: ArrayType, length: number, number: number) => unknown;

function walk(value: unknown, onArray: OnArray): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, onArray));
  if (MARK in value) return onArray(...(value[MARK] as [ArrayType, number, number]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, onArray)]));
}

function arrayTypeOf(value: unknown): ArrayType | null {
  const array = value instanceof LentArray ? value.empty(0) : value;
  const known = Object.entries(ARRAY_TYPES).find(([, type]) => array instanceof type);
  return known ? (known[0] as ArrayType) : null;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isPlainObject(value)) return `an object with the key ${MARK}`;
  return `a ${Object.getPrototypeOf(value).constructor.name}`;
}
