'use client';

import { useTranslations } from 'use-intl/react';
import type { ComparedFigure } from '../../../engine/protocol/comparison.ts';
import change from '../../board/change.module.css';
import type { FigureFormat, Unit } from '../../format/figure-format.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { type Direction, differenceOf } from './figure-difference.ts';

const ARROWS: Readonly<Record<Direction, string>> = {
  up: '▲',
  down: '▼',
  same: '■',
  new: '＋',
  gone: '−',
  unknown: '',
};

/** All digits of a difference with its sign: `+¥1,234.56`. */
export function signedFigure(figures: FigureFormat, unit: Unit, delta: number): string {
  return `${delta > 0 ? '+' : ''}${figures.full(unit, delta)}`;
}

/** A difference with arrow, sign and colour; the colour follows the language. */
export function Difference(props: {
  readonly unit: Unit;
  readonly figure: Pick<ComparedFigure, 'published' | 'computed'>;
  /** With how much of the published figure it is. */
  readonly withShare?: boolean;
}) {
  const t = useTranslations();
  const { figures } = useFormats();
  const { unit } = props;
  const { direction, delta, ratio } = differenceOf(props.figure);
  if (direction === 'unknown') return <span>{figures.full(unit, null)}</span>;
  const known = direction === 'up' || direction === 'down' || direction === 'same';
  const signed = delta === null ? '' : signedFigure(figures, unit, delta);
  const text = known
    ? unit === 'ratio'
      ? t('jobs.compare.points', { value: signed.replace(/\s*%$/, '') })
      : signed
    : t(`jobs.compare.${direction}`);
  const colour = direction === 'up' ? change.up : direction === 'down' ? change.down : '';
  // A share that would be written as 0.0% says nothing.
  const share =
    props.withShare && unit !== 'ratio' && ratio !== null && Math.abs(ratio) >= 0.0005 ? ratio : null;
  return (
    <span className={`${change.change} ${colour}`} data-direction={direction} data-delta={delta}>
      <span aria-hidden="true" className={change.arrow}>
        {ARROWS[direction]}
      </span>
      {known && <span className="visually-hidden">{t(`comparison.${direction}`)} </span>}
      {text}
      {share !== null && <small>{figures.change(share)}</small>}
    </span>
  );
}
