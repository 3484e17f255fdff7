import type { DayInputs } from './day-inputs.ts';

/** Files of a day as they were looked at: path → fingerprint. */
type DayFiles = ReadonlyMap<string, string>;

/** What an estimate was made from: by it, what changed since is told by name. */
export type EstimateBasis = ReadonlyMap<string, DayFiles>;

export const basisOf = (inputs: ReadonlyMap<string, DayInputs>): EstimateBasis =>
  new Map(
    [...inputs].map(([day, { files }]) => [day, new Map(files.map((file) => [file.path, file.fingerprint]))]),
  );

export interface FileChanges {
  readonly appeared: readonly string[];
  readonly changed: readonly string[];
  /** Not there any more, or not readable any more. */
  readonly gone: readonly string[];
}

/** Files that are others than they were, over all days of both. */
export function changesBetween(before: EstimateBasis, now: EstimateBasis): FileChanges {
  const [old, present] = [flat(before), flat(now)];
  return {
    appeared: [...present.keys()].filter((path) => !old.has(path)),
    changed: [...present]
      .filter(([path, print]) => old.has(path) && old.get(path) !== print)
      .map(([path]) => path),
    gone: [...old.keys()].filter((path) => !present.has(path)),
  };
}

export const isSame = ({ appeared, changed, gone }: FileChanges): boolean =>
  appeared.length + changed.length + gone.length === 0;

export function changesText({ appeared, changed, gone }: FileChanges): string {
  const texts = [
    ['new', appeared],
    ['changed', changed],
    ['gone or unreadable', gone],
  ] as const;
  return texts
    .filter(([, paths]) => paths.length > 0)
    .map(([what, paths]) => `${what}: ${few(paths)}`)
    .join('; ');
}

export function few(names: readonly string[], most = 5): string {
  const rest = names.length > most ? ` and ${names.length - most} more` : '';
  return names.slice(0, most).join(', ') + rest;
}

function flat(basis: EstimateBasis): Map<string, string> {
  const files = new Map<string, string>();
  for (const day of basis.values()) for (const [path, print] of day) files.set(path, print);
  return files;
}
