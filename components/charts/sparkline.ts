/** SVG paths of a line through `values`, scaled into a box whose baseline is zero. */
export function sparklinePaths(
  values: readonly number[],
  box: { readonly width: number; readonly height: number },
): { readonly line: string; readonly area: string } {
  const top = Math.max(...values, 0);
  if (values.length < 2 || top === 0) return { line: '', area: '' };
  const round = (value: number) => Math.round(value * 100) / 100;
  const points = values.map(
    (value, i) =>
      `${round((i / (values.length - 1)) * box.width)} ${round(box.height - (Math.max(0, value) / top) * box.height)}`,
  );
  const line = `M${points.join('L')}`;
  return { line, area: `${line}L${box.width} ${box.height}L0 ${box.height}Z` };
}
