import { GmvError } from '../errors.ts';

/** A definition that no plan can be made of: what is wrong, and the way out. */
export function planError(problem: string, remedy: string): GmvError {
  return new GmvError('plan', problem, remedy);
}

/** Refuses a name that two definitions of one kind share. */
export function refuseDuplicates(kind: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw planError(`two ${kind}s are named "${name}"`, `Rename one of the ${kind}s.`);
    seen.add(name);
  }
}

/** `a, b, c` for "use one of …". */
export function listNames(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none';
}
