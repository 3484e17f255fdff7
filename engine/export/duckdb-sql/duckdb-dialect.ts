import type { SqlDialect } from '../sql/sql-dialect.ts';
import { createIdentifier } from '../sql/sql-text.ts';

/** `duckdb_keywords()` whose category is reserved, where lower case and plain. */
const RESERVED =
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create ' +
  'default deferrable desc describe distinct do else end except false fetch for foreign from group having in ' +
  'initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer ' +
  'pivot_wider placing primary qualify references returning select show some summarize symmetric table then to ' +
  'trailing true union unique unpivot using variadic when where window with';

const identifier = createIdentifier(RESERVED, '"');

/** The prelude's column that says whether a number has a fraction. */
export const fractionOf = (column: string): string => identifier(`${column}_has_fraction`);

/** DuckDB SQL. Division is a macro of the prelude, in HUGEINT where digits are added. */
export const duckdbDialect: SqlDialect = {
  name: 'DuckDB SQL',
  identifier,
  isLonger: (column, bytes) => `strlen(${column}) > ${bytes}`,
  hasFraction: fractionOf,
  nullText: 'null::varchar',
  divide(left, right, decimals) {
    if (decimals === 0) return `divide_rounded(${left}, ${right})`;
    const scale = 10 ** decimals;
    return `divide_rounded(${scale} * ${left}::hugeint, ${right}) / ${scale}::double`;
  },
};
