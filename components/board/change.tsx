'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import styles from './change.module.css';

/** A rise or fall: arrow, sign and colour; the colour follows the language (red is up in Chinese). */
export function Change(props: { readonly ratio: number | null; readonly neutral?: boolean }) {
  const t = useTranslations('comparison');
  const { figures } = useFormats();
  const { ratio } = props;
  if (ratio === null) return null;
  const text = figures.change(ratio);
  const direction = /^[+-]?0[.,]?0*%$/.test(text) ? 'same' : ratio > 0 ? 'up' : 'down';
  const arrow = { up: '▲', down: '▼', same: '■' }[direction];
  return (
    <span className={`${styles.change} ${props.neutral ? '' : styles[direction]}`}>
      <span aria-hidden="true" className={styles.arrow}>
        {arrow}
      </span>
      <span className="visually-hidden">{t(direction)} </span>
      {text}
    </span>
  );
}
