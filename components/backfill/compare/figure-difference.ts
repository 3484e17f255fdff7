import type { ComparedFigure } from '../../../engine/protocol/comparison.ts';

/** `new`: nothing was published; `gone`: nothing was computed; `unknown`: neither is there. */
export type Direction = 'up' | 'down' | 'same' | 'new' | 'gone' | 'unknown';

export interface FigureDifference {
  readonly direction: Direction;
  /** New − published, in the figure's own unit; null where one is missing. */
  readonly delta: number | null;
  /** The same as a fraction of what is published; null where there is nothing to divide by. */
  readonly ratio: number | null;
}

/** A published ratio has six decimals: so has the difference of two. */
const exact = (value: number) => (Number.isInteger(value) ? value : Math.round(value * 1e6) / 1e6);

export function differenceOf({
  published,
  computed,
}: Pick<ComparedFigure, 'published' | 'computed'>): FigureDifference {
  if (published === null || computed === null) {
    const direction = published !== null ? 'gone' : computed !== null ? 'new' : 'unknown';
    return { direction, delta: null, ratio: null };
  }
  const delta = exact(computed - published);
  const direction = delta > 0 ? 'up' : delta < 0 ? 'down' : 'same';
  return { direction, delta, ratio: published === 0 ? null : delta / Math.abs(published) };
}

export function isChanged(figure: Pick<ComparedFigure, 'published' | 'computed'>): boolean {
  return figure.published !== figure.computed;
}
