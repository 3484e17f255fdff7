'use client';

import type { ReactNode } from 'react';
import type { RowKey } from '../../engine/protocol/view.ts';
import type { Unit } from '../format/figure-format.ts';
import { useFormats } from '../format/format-provider.tsx';

/** What is exactly on screen, for programs that compare it: minor units, a count or a fraction of 1. */
export interface ExactFigure {
  readonly metric: string;
  /** `null` for the null key and for totals. */
  readonly rowKey?: RowKey;
  /** Absent for totals. */
  readonly dimension?: string;
  readonly value: number | null;
  readonly epoch: number;
}

/** The attributes that every figure on screen carries. */
export function figureData(figure: ExactFigure) {
  return {
    'data-metric': figure.metric,
    'data-dimension': figure.dimension,
    'data-key': String(figure.rowKey ?? null),
    'data-value': String(figure.value),
    'data-epoch': figure.epoch,
  };
}

/** A figure in a few digits, with all of them on hover. */
export function Figure(
  props: ExactFigure & { readonly unit: Unit; readonly className?: string; readonly children?: ReactNode },
) {
  const { figures } = useFormats();
  const { unit, value, className, children } = props;
  return (
    <span className={className} title={figures.full(unit, value)} {...figureData(props)}>
      {children ?? figures.compact(unit, value)}
    </span>
  );
}
