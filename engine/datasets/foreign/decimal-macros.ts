/** A number of RFC 8259: no `.5`, no `012`, no `1,234.00`. */
const NUMBER = '^(-?)(0|[1-9][0-9]*)(?:\\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?$';

/** Significant digits that a number may have: products of two fit a HUGEINT. */
const MOST_DIGITS = 18;

/**
 * Decimals from their digits, never through a float. A decimal is `{digits, exponent}`, digits × 10^exponent, without
 * zeros at its end. They are applied one after the
 * other, as a macro repeats what it is given; casts are tried, as DuckDB may evaluate branches that no row takes.
 */
export const DECIMAL_MACROS: readonly string[] = [
  `create macro number_parts(t) as regexp_extract(t, '${NUMBER}', ['sign', 'whole', 'part', 'power'])`,
  "create macro number_digits(parts) as ltrim(parts.whole || parts.part, '0')",
  // Null where the text is no number, or has more digits.
  `create macro decimal_from(parts, written) as
  case when parts.whole <> '' and length(rtrim(written, '0')) <= ${MOST_DIGITS} then {
    digits: try_cast(parts.sign || case when written = '' then '0' else rtrim(written, '0') end as hugeint),
    exponent: coalesce(try_cast(parts.power as integer), 0)
      - length(parts.part) + length(written) - length(rtrim(written, '0'))
  } end`,
  `create macro decimal_times(a, b) as
  case when a is not null and b is not null
  then {digits: a.digits * b.digits, exponent: a.exponent + b.exponent} end`,
  `create macro power_of_ten(n) as ('1' || repeat('0', n))::hugeint`,
  // How many digits the point is moved by; a decimal of 10^18 or more is null, as no integer of ours is.
  `create macro decimal_whole(d, shift) as
  case
    when d.digits = 0 then 0::hugeint
    when d.exponent + shift between 0 and ${MOST_DIGITS}
      and length(abs(d.digits)::varchar) + d.exponent + shift <= ${MOST_DIGITS}
    then d.digits * power_of_ten(d.exponent + shift)
  end`,
  // Of decimals that have further digits behind the point; those of more than 37 are next to nothing.
  'create macro decimal_unit(d, shift) as power_of_ten(least(37, greatest(0, -(d.exponent + shift))))',
  ...Object.entries({
    // DuckDB's own division of integers goes towards zero.
    floor: 'digits // unit - case when digits < 0 and digits % unit <> 0 then 1 else 0 end',
    refuse: 'case when digits % unit = 0 then digits // unit end',
    half_up: 'sign(digits)::hugeint * ((2 * abs(digits) + unit) // (2 * unit))',
    half_even: `sign(digits)::hugeint * (abs(digits) // unit + case
      when 2 * (abs(digits) % unit) > unit then 1
      when 2 * (abs(digits) % unit) = unit and abs(digits) // unit % 2 = 1 then 1
      else 0 end)`,
  }).map(([rule, sql]) => `create macro divide_${rule}(digits, unit) as ${sql}`),
];
