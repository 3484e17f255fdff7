import type { Unit } from '../definitions/metric.ts';

const grouped = new Intl.NumberFormat('en-US');

/** Money in the currency's digits, counts grouped, ratios as percent; `–` for an unknown figure. */
export function formatFigure(value: number | null, unit: Unit, currency: string | null): string {
  if (value === null) return '–';
  if (unit === 'ratio') return `${(value * 100).toFixed(2)} %`;
  if (unit === 'count' || currency === null) return grouped.format(value);
  const digits = minorDigits(currency);
  const scale = 10n ** BigInt(digits);
  const minor = BigInt(Math.abs(value));
  const cents = digits > 0 ? `.${(minor % scale).toString().padStart(digits, '0')}` : '';
  return `${value < 0 ? '-' : ''}${grouped.format(minor / scale)}${cents}`;
}

/** Digits of ISO 4217 as ICU knows them; 2 for a code that it doesn't. */
function minorDigits(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 2;
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}

/** Columns under each other: the first to the left, the others to the right unless `left`. */
export function formatTable(table: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly left?: boolean;
}): string {
  const lines = [table.head, ...table.rows];
  const widths = table.head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const written = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 || table.left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const width = widths.reduce((sum, w) => sum + w + 2, -2);
  return [written[0], '─'.repeat(width), ...written.slice(1)].join('\n');
}
