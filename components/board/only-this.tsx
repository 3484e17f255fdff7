'use client';

import { useTranslations } from 'use-intl/react';
import type { RowKey } from '../../engine/protocol/view.ts';
import { useKeyName } from '../messages/use-key-name.ts';
import { useBoardFilter } from './board-filter.ts';
import styles from './only-this.module.css';

/** A key's name that narrows the board to it; pressed again it takes that back. */
export function OnlyThis(props: {
  readonly dimension: string;
  readonly rowKey: RowKey;
  readonly className?: string;
}) {
  const { dimension, className } = props;
  const t = useTranslations('filter');
  const nameOf = useKeyName(dimension);
  const filter = useBoardFilter();
  const key = props.rowKey === null ? null : String(props.rowKey);
  const name = nameOf(key);
  const pressed = filter.keyOf(dimension) === key;
  return (
    <button
      type="button"
      className={`${styles.only} ${className ?? ''}`}
      aria-pressed={pressed}
      title={t(pressed ? 'remove' : 'only', { name })}
      onClick={() => (pressed ? filter.drop(dimension) : filter.keep({ dimension, key }))}
    >
      {name}
    </button>
  );
}
