import { GmvError } from '../errors.ts';

export function badRequest(message: string, remedy: string): GmvError {
  return new GmvError('bad_request', message, remedy);
}

/**
 * Each parameter is one of those known, and given once.
 *
 * @param prefix of more that are known; none by default
 * @throws GmvError `bad_request`
 */
export function checkParameters(
  query: URLSearchParams,
  known: readonly string[],
  prefix?: { readonly starts: string; readonly shown: string },
): void {
  for (const name of new Set(query.keys())) {
    if (!known.includes(name) && !(prefix && name.startsWith(prefix.starts))) {
      const others = prefix ? ` and ${prefix.shown}` : '';
      throw badRequest(`There is no parameter "${name}"`, `Use ${known.join(', ')}${others}.`);
    }
    if (query.getAll(name).length > 1) throw badRequest(`"${name}" is given twice`, 'Give it once.');
  }
}

/** @throws GmvError `bad_request` where it is no integer from 1 to `most`. */
export function positiveInteger(name: string, text: string, most: number, what: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw badRequest(`${name}=${text} is no ${what}`, `Give an integer from 1 to ${most}.`);
}
