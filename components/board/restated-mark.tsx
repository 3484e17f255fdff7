'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import styles from './restated-mark.module.css';

/** Says quietly that days of a range have other figures than they were first published with. */
export function RestatedMark(props: {
  /** How many days; none, no mark. */
  readonly days: number;
  /** The range is the one day that today is compared with. */
  readonly comparison?: boolean;
}) {
  const { days, comparison = false } = props;
  const t = useTranslations('restated');
  const { figures } = useFormats();
  if (days === 0) return null;
  const why = comparison
    ? t('comparison')
    : days === 1
      ? t('one')
      : t('more', { count: figures.full('count', days) });
  return (
    <span className={styles.mark} title={why} data-restated={days}>
      <span aria-hidden="true">{t('mark')}</span>
      <span className="visually-hidden">{why}</span>
    </span>
  );
}
