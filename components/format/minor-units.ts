/** An amount in integer minor units as exact decimal text: (12345, 2) → `123.45`. No float division. */
export function decimalText(amountMinor: number, digits: number): `${number}` {
  const negative = amountMinor < 0;
  const text = BigInt(Math.abs(amountMinor))
    .toString()
    .padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits > 0 ? `.${text.slice(-digits)}` : '';
  return `${negative ? '-' : ''}${whole}${fraction}` as `${number}`;
}
