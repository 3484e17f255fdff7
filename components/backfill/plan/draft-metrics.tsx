'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl/react';
import { useInfo } from '../../live/use-live.ts';
import styles from './form.module.css';
import { useMetricTitle } from './use-day-words.ts';

/** All metrics, or some: then only their columns are read, and all others stay as they are published. */
export function DraftMetrics(props: {
  /** Null: all. */
  readonly metrics: readonly string[] | null;
  readonly choose: (metrics: string[] | null) => void;
}) {
  const { metrics, choose } = props;
  const t = useTranslations('draft');
  const title = useMetricTitle();
  const name = useId();
  const base = useInfo()?.metrics.filter((metric) => metric.base) ?? [];
  return (
    <fieldset className={styles.part}>
      <legend>{t('metrics')}</legend>
      <div className={styles.choices}>
        <label>
          <input type="radio" name={name} checked={metrics === null} onChange={() => choose(null)} />
          {t('allMetrics')}
        </label>
        <label>
          <input
            type="radio"
            name={name}
            checked={metrics !== null}
            onChange={() => choose(base.slice(0, 1).map((metric) => metric.name))}
          />
          {t('someMetrics')}
        </label>
      </div>
      {metrics !== null && (
        <div className={styles.metrics}>
          {base.map((metric) => (
            <label key={metric.name} title={metric.name}>
              <input
                type="checkbox"
                value={metric.name}
                checked={metrics.includes(metric.name)}
                onChange={({ target }) =>
                  // In the order of the definitions, so that equal choices are equal drafts.
                  choose(
                    base
                      .map((one) => one.name)
                      .filter((one) => (one === metric.name ? target.checked : metrics.includes(one))),
                  )
                }
              />
              {title(metric.name)}
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
