/** How the wall arranges its three parts on a screen. */
export type WallShape = 'portrait' | 'landscape' | 'wide';

/** By aspect alone: a wall knows no breakpoints in pixels. 21:9 and beyond sit side by side. */
export function wallShape(width: number, height: number): WallShape {
  const aspect = width / height;
  if (aspect < 1.05) return 'portrait';
  return aspect < 2.2 ? 'landscape' : 'wide';
}

/** Rows of a ranking that fit into `height` at `rowHeight` each, at least one. */
export function rowsThatFit(height: number, rowHeight: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(height / rowHeight)));
}

/** Largest shift against burn-in, in px. */
const REACH = 6;

/** Where the picture stands at `step`: a slow path through a small square that never rests on one point. */
export function pixelShift(step: number): { readonly x: number; readonly y: number } {
  return { x: Math.round(REACH * Math.sin(step * 0.7)), y: Math.round(REACH * Math.sin(step * 0.9 + 1)) };
}
