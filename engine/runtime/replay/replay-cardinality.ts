import { GmvError } from '../../errors.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import type { TextIdentities } from '../../events/text-arena.ts';
import { MAX_COLUMN_BYTES } from '../../events/text-limit.ts';
import type { Plan } from '../../plan/plan.ts';
import { createIdTable, recordOf, reserveIds } from '../../state/id-table.ts';
import type { PlannedFile } from './planned-file.ts';

/**
 * The cap on a category column's values holds for all row groups that a replay reads, together. A thread that was
 * given more has refused some of them, which ones depends on the order: none of its figures may be used. Where
 * each thread stayed below, what they hold together is counted, so that the number of threads decides nothing.
 */
export interface CardinalityOptions {
  readonly plan: Plan;
  readonly files: readonly PlannedFile[];
}

/** Values of a unit's category columns, by column. */
export type UnitTexts = Readonly<Record<string, TextIdentities>>;

export const textsOf = (dictionaries: Dictionaries): UnitTexts =>
  Object.fromEntries(
    Object.entries(dictionaries).map(([name, dictionary]) => [name, dictionary.identities()]),
  );

/** @throws GmvError `cardinality` when a dictionary had to refuse a value. */
export function refuseFull(dictionaries: Dictionaries, options: CardinalityOptions): void {
  for (const { column, refused } of Object.values(dictionaries))
    if (refused > 0) throw tooMany(column, options);
}

/** @throws GmvError `cardinality` when the units' values of a column are too many together. */
export function refuseFullTogether(units: readonly UnitTexts[], options: CardinalityOptions): void {
  const { maxCategoryValues } = options.plan.limits;
  for (const column of Object.keys(units[0] ?? {})) {
    const texts = units.flatMap((unit) => unit[column] ?? []);
    const isFew =
      texts.reduce((sum, { bytes }) => sum + bytes.length, 0) <= maxCategoryValues &&
      texts.reduce((sum, { bytes }) => sum + bytes.reduce((all, length) => all + length, 0), 0) <=
        MAX_COLUMN_BYTES;
    if (isFew) continue;
    const { values, bytes } = countTogether(texts);
    if (values > maxCategoryValues || bytes > MAX_COLUMN_BYTES) throw tooMany(column, options);
  }
}

function countTogether(texts: readonly TextIdentities[]): {
  readonly values: number;
  readonly bytes: number;
} {
  const table = createIdTable(2);
  let total = 0;
  for (const { hi, lo, bytes } of texts) {
    reserveIds(table, bytes.length);
    for (let i = 0; i < bytes.length; i++) {
      const known = table.size;
      recordOf(table, hi[i]!, lo[i]!);
      if (table.size > known) total += bytes[i]!;
    }
  }
  return { values: table.size, bytes: total };
}

function tooMany(column: string, { plan, files }: CardinalityOptions): GmvError {
  const { maxCategoryValues } = plan.limits;
  const first = files.slice(0, 3).map(({ path }) => path);
  const others = files.length > first.length ? ` and ${files.length - first.length} other files` : '';
  const most = `${maxCategoryValues.toLocaleString('en')} different values (or ${MAX_COLUMN_BYTES >> 20} MiB of them)`;
  return new GmvError(
    'cardinality',
    `${first.join(', ')}${others} hold more than ${most} of "${column}"`,
    'Check that the column holds categories and not an id of each row, or replay fewer files at a time.',
  );
}
