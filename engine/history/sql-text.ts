/** An SQL literal for any text. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
