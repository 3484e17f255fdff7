import type { SqlDialect } from '../sql/sql-dialect.ts';
import { createIdentifier } from '../sql/sql-text.ts';
import { FLINK_RESERVED_WORDS } from './reserved-words.ts';

/** No UTF-16 text of so many characters has more bytes in UTF-8, so that `hex` is asked for long ones only. */
const MOST_BYTES_OF_A_CHARACTER = 4;

/**
 * Flink SQL 2.x. Integers divide towards zero and by zero fails, hence `nullif`; DECIMAL keeps 38 digits, so the
 * quotient is made exact by taking the remainder off first; `mod` of a DECIMAL by a BIGINT is wrong (2.3), so both
 * are DECIMAL. Flink has no octet_length.
 */
export const flinkDialect: SqlDialect = {
  name: 'Flink SQL',
  identifier: createIdentifier(FLINK_RESERVED_WORDS, '`'),
  nullText: 'cast(null as string)',
  isLonger: (column, bytes) =>
    `char_length(${column}) > ${Math.floor(bytes / MOST_BYTES_OF_A_CHARACTER)} and char_length(hex(${column})) > ${2 * bytes}`,
  divide(left, right, decimals) {
    const sign = `sign(${left}) * sign(${right})`;
    const twice = `2 * abs(nullif(${right}, 0))`;
    if (decimals === 0) return `${sign} * ((2 * abs(${left}) + abs(${right})) / (${twice}))`;
    const scale = 10 ** decimals;
    const numerator = `(${2 * scale} * abs(cast(${left} as decimal(19, 0))) + abs(${right}))`;
    const denominator = `cast(${twice} as decimal(20, 0))`;
    const quotient = `(${numerator} - mod(${numerator}, ${denominator})) / ${denominator}`;
    return `${sign} * cast(${quotient} as double) / ${scale}`;
  },
};
