import type { JobUnit } from '../../../engine/protocol/jobs.ts';

/** A stretch of days of one month, at their places: null where the job has no such day. */
export interface UnitRow {
  /** `2026-11` */
  readonly month: string;
  /** Whether it is the first row of its month. */
  readonly first: boolean;
  readonly cells: readonly (JobUnit | null)[];
}

/** Units by month in rows of `perRow` days: every day stands below its number of another month. */
export function unitRows(units: readonly JobUnit[], perRow: number): UnitRow[] {
  const rows: UnitRow[] = [];
  let cells: (JobUnit | null)[] = [];
  let open = '';
  for (const unit of units) {
    const month = unit.day.slice(0, 7);
    const place = Number(unit.day.slice(8)) - 1;
    const stretch = Math.floor(place / perRow);
    if (open !== `${month}/${stretch}`) {
      open = `${month}/${stretch}`;
      cells = new Array<JobUnit | null>(perRow).fill(null);
      rows.push({ month, first: rows.at(-1)?.month !== month, cells });
    }
    cells[place % perRow] = unit;
  }
  return rows;
}

export interface UnitPlace {
  readonly row: number;
  readonly column: number;
}

export function placeOfDay(rows: readonly UnitRow[], day: string): UnitPlace | null {
  const row = rows.findIndex(
    ({ month, cells }) => day.startsWith(month) && cells.some((unit) => unit?.day === day),
  );
  const column = rows[row]?.cells.findIndex((unit) => unit?.day === day) ?? -1;
  return column < 0 ? null : { row, column };
}

/** The day of a row that is nearest to a column. */
function nearest(row: UnitRow | undefined, column: number): string | null {
  let best: { readonly day: string; readonly far: number } | null = null;
  row?.cells.forEach((unit, at) => {
    const far = Math.abs(at - column);
    if (unit && (best === null || far < best.far)) best = { day: unit.day, far };
  });
  return (best as { readonly day: string } | null)?.day ?? null;
}

/** Rows that a page key goes. */
const PAGE_ROWS = 10;

/** The day that a key leads to from another; null where the key means nothing here. */
export function moveUnit(rows: readonly UnitRow[], day: string, key: string): string | null {
  const from = placeOfDay(rows, day);
  if (!from) return null;
  const days = rows.flatMap(({ cells }) => cells.flatMap((unit) => (unit ? [unit.day] : [])));
  const at = days.indexOf(day);
  const inRow = (row: number) => nearest(rows[Math.min(rows.length - 1, Math.max(0, row))], from.column);
  switch (key) {
    case 'ArrowRight':
      return days[Math.min(days.length - 1, at + 1)] ?? null;
    case 'ArrowLeft':
      return days[Math.max(0, at - 1)] ?? null;
    case 'ArrowDown':
      return inRow(from.row + 1);
    case 'ArrowUp':
      return inRow(from.row - 1);
    case 'PageDown':
      return inRow(from.row + PAGE_ROWS);
    case 'PageUp':
      return inRow(from.row - PAGE_ROWS);
    case 'Home':
      return days[0] ?? null;
    case 'End':
      return days.at(-1) ?? null;
    default:
      return null;
  }
}
