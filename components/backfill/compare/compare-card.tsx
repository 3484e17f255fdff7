'use client';

import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { Comparison } from '../../../engine/protocol/comparison.ts';
import filters from '../../dead-letters/dead-letters.module.css';
import { useInstant } from '../../dead-letters/use-instant.ts';
import { useFormats } from '../../format/format-provider.tsx';
import cards from '../../ops/card.module.css';
import { Card } from '../../ops/card.tsx';
import { useJobAddress } from '../jobs/job-address.ts';
import { useDaysText } from '../jobs/use-days-text.ts';
import styles from './compare.module.css';
import { differingDays, listDays, tellingMetric } from './compared-days.ts';
import { DayPicture } from './day-picture.tsx';
import { DayTable } from './day-table.tsx';
import { FigureTable } from './figure-table.tsx';
import { useMetrics } from './use-metrics.ts';

/** A job's figures against those that are published: all days together, each day, and one day in detail. */
export function CompareCard({ comparison }: { readonly comparison: Comparison }) {
  const t = useTranslations('jobs.compare');
  const { figures } = useFormats();
  const instant = useInstant();
  const daysText = useDaysText();
  const changed = comparison.days.filter(({ differs }) => differs).length;
  const total = comparison.days.length;
  const count = (value: number) => figures.full('count', value);
  const sum = comparison.totals.some(({ published, computed }) => published !== null || computed !== null);
  return (
    <Card title={t('title')} note={t('at', { time: instant(comparison.comparedAtMs) })}>
      <div className={styles.compare} data-fingerprint={comparison.fingerprint}>
        {comparison.outdated.length > 0 && (
          <p className={styles.outdated} role="alert">
            {t('outdated', { days: daysText.list(comparison.outdated) })}
          </p>
        )}
        <p className={styles.sum} data-changed={changed} data-days={total}>
          {changed === 0
            ? t('same')
            : total === 1
              ? t('changesOne')
              : t('changes', { changed: count(changed), total: count(total) })}
        </p>
        {total > 1 && sum && (
          <div className={styles.totals}>
            <h3>{t('totals')}</h3>
            <FigureTable figures={comparison.totals} />
            <p className={cards.quiet}>{t('totalsNote')}</p>
          </div>
        )}
        {total > 0 && <Days comparison={comparison} changed={changed} />}
      </div>
    </Card>
  );
}

function Days(props: { readonly comparison: Comparison; readonly changed: number }) {
  const { comparison, changed } = props;
  const { days } = comparison;
  const t = useTranslations('jobs.compare');
  const { clock, figures } = useFormats();
  const [address, setAddress] = useJobAddress();
  const [search, setSearch] = useState('');
  const counts = useMemo(() => differingDays(comparison), [comparison]);
  const metric =
    address.metric !== null && counts.has(address.metric) ? address.metric : tellingMetric(counts);
  const all = address.all || changed === 0;
  const listed = useMemo(
    () => listDays({ days, metric: metric ?? '', all, search, nameOf: clock.labelled }),
    [days, metric, all, search, clock],
  );
  if (metric === null) return null;
  // A day that changes tells more than one that is loaded for the first time.
  const changing = listed.find(({ day }) => day.differs && day.published !== null);
  const day = days.find((one) => one.day === address.day) ?? (changing ?? listed[0])?.day ?? null;
  const choices = [false, true].map((value) => ({
    value,
    text: t(value ? 'allDays' : 'changedOnly', {
      count: figures.full('count', value ? days.length : changed),
    }),
  }));
  return (
    <>
      <MetricChoice counts={counts} metric={metric} onChange={(metric) => void setAddress({ metric })} />
      {days.length > 1 && (
        <div className={styles.byDay}>
          <div className={styles.tools}>
            <fieldset className={filters.choices}>
              <legend>{t('show')}</legend>
              {choices.map(({ value, text }) => (
                <label key={text} className={filters.choice}>
                  <input
                    type="radio"
                    name="all"
                    checked={value === all}
                    disabled={!value && changed === 0}
                    onChange={() => void setAddress({ all: value })}
                  />
                  <span>{text}</span>
                </label>
              ))}
            </fieldset>
            <input
              type="search"
              className={styles.search}
              value={search}
              placeholder={t('search')}
              aria-label={t('search')}
              onChange={(event) => setSearch(event.target.value)}
            />
          </div>
          {listed.length === 0 ? (
            <p className={cards.empty}>{t('noDays')}</p>
          ) : (
            <DayTable
              days={listed}
              metric={metric}
              chosen={day?.day ?? null}
              choose={(day) => void setAddress({ day })}
            />
          )}
        </div>
      )}
      {day && <DayPicture job={comparison.job} day={day} metric={metric} />}
    </>
  );
}

function MetricChoice(props: {
  readonly counts: ReadonlyMap<string, number>;
  readonly metric: string;
  readonly onChange: (metric: string) => void;
}) {
  const { counts, metric, onChange } = props;
  const t = useTranslations('jobs.compare');
  const { figures } = useFormats();
  const { titleOf } = useMetrics();
  return (
    <fieldset className={filters.choices}>
      <legend>{t('metric')}</legend>
      {[...counts].map(([name, days]) => (
        <label key={name} className={filters.choice} data-metric={name}>
          <input
            type="radio"
            name="metric"
            checked={name === metric}
            aria-label={t('differsIn', { metric: titleOf(name), count: figures.full('count', days) })}
            onChange={() => onChange(name)}
          />
          <span>
            {titleOf(name)} {days > 0 && <b>{figures.full('count', days)}</b>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
