'use client';

import { useTranslations } from 'use-intl/react';
import type { Coverage } from '../../../engine/protocol/coverage.ts';
import { useFormats } from '../../format/format-provider.tsx';
import calendar from './calendar.module.css';
import styles from './coverage-panel.module.css';
import { dayLook, lackingDays } from './day-look.ts';
import { type DaySpans, daysOfLabels } from './day-spans.ts';
import { useMetricTitle } from './use-day-words.ts';

/** Days that mostly are what somebody comes for, each set in one click. */
export function CoverageActions(props: {
  readonly coverage: Coverage;
  /** Metrics: those that the days lack; null: all. */
  readonly pick: (days: DaySpans, metrics: readonly string[] | null) => void;
}) {
  const { coverage, pick } = props;
  const t = useTranslations('coverage');
  const { figures } = useFormats();
  const title = useMetricTitle();
  const count = (days: readonly string[]) => figures.full('count', days.length);
  const { dirtyDays, year } = coverage;
  const missing = coverage.days.filter((day) => dayLook(day) === 'missing').map(({ day }) => day);
  const lacking = lackingDays(coverage.days);
  if (dirtyDays.length === 0 && missing.length === 0 && lacking.length === 0)
    return <p className={styles.quiet}>{t('nothingToDo')}</p>;
  return (
    <fieldset className={styles.actions}>
      <legend className="visually-hidden">{t('choose')}</legend>
      {dirtyDays.length > 0 && (
        <button
          type="button"
          className={styles.button}
          data-action="repair-dirty"
          title={t('inAllYears')}
          onClick={() => pick(daysOfLabels(dirtyDays), null)}
        >
          <i className={calendar.swatch} data-state="dirty" /> {t('repair', { count: count(dirtyDays) })}
        </button>
      )}
      {missing.length > 0 && (
        <button
          type="button"
          className={styles.button}
          data-action="load-missing"
          title={t('inYear', { year: String(year) })}
          onClick={() => pick(daysOfLabels(missing), null)}
        >
          <i className={calendar.swatch} data-state="missing" />
          {t('load', { count: count(missing) })}
        </button>
      )}
      {lacking.map(({ metric, days }) => (
        <button
          key={metric}
          type="button"
          className={styles.button}
          data-action="renew-metric"
          title={t('inYear', { year: String(year) })}
          data-metric={metric}
          onClick={() => pick(daysOfLabels(days), [metric])}
        >
          <i className={calendar.swatch} data-state="stale" data-heat="2" />
          {t('renew', { metric: title(metric), count: count(days) })}
        </button>
      ))}
    </fieldset>
  );
}
