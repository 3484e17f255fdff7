import type { JsonPath } from './json-mapping.ts';

/** The keys of a path, indexes of arrays as their digits; null where it is none: it is empty, or ends in a backslash. */
export function keysOfPath(path: JsonPath): readonly string[] | null {
  if (typeof path !== 'string') {
    const isSound = path.every((key) => typeof key === 'string' || (Number.isSafeInteger(key) && key >= 0));
    return path.length > 0 && isSound ? path.map(String) : null;
  }
  const parts = path.match(/(?:[^.\\]|\\.)+/gs) ?? [];
  if (parts.length === 0 || parts.join('.') !== path) return null;
  return parts.map((part) => part.replace(/\\(.)/gs, '$1'));
}
