'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl/react';
import { sparklinePaths } from '../charts/sparkline.ts';
import type { Unit } from '../format/figure-format.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useInfo } from '../live/use-live.ts';
import { Change } from './change.tsx';
import { type ComparedMetric, compareElapsed, figureByBucket, isKnown } from './elapsed-comparison.ts';
import { figureData } from './figure.tsx';
import styles from './kpi.module.css';
import { RollingNumber } from './rolling-number.tsx';
import { useSaleDay } from './sale-day.tsx';

/** Counts, and amounts in whole units of the currency, are shortened from here on. */
const LONG = { count: 10_000_000, money: 10_000 };
const SPARK = { width: 120, height: 26, points: 60 };

/** One figure with its change since the comparison day and its course over the day. `undefined`: loading. */
export function KpiTile(props: {
  readonly metric: ComparedMetric;
  readonly unit: Unit;
  readonly neutral?: boolean;
  readonly title: string;
  readonly value: number | null | undefined;
  readonly epoch: number;
}) {
  const { metric, unit, value, epoch } = props;
  const t = useTranslations('comparison');
  const { figures, clock } = useFormats();
  const { kpis, comparison, comparisonState } = useSaleDay();
  const { today, closed } = kpis;
  const isKept = comparisonState !== 'not_kept' && (!comparison || isKnown(metric, comparison));
  const compared = useMemo(
    () =>
      today && comparison && isKept && closed > 0
        ? compareElapsed(metric, { today, comparison, closed })
        : null,
    [metric, today, comparison, closed, isKept],
  );
  const against =
    compared && comparison
      ? `${t('against', { date: clock.date(comparison.startMs) })}: ${figures.full(unit, round(unit, compared.before))}`
      : undefined;
  return (
    <li className={styles.tile}>
      <span className={styles.title}>{props.title || '\u00a0'}</span>
      {value === undefined ? (
        <span className={styles.skeleton} />
      ) : (
        <span
          className={styles.value}
          title={figures.full(unit, value)}
          {...figureData({ metric, value, epoch })}
        >
          {value === null ? figures.full(unit, null) : <KpiNumber unit={unit} value={value} />}
        </span>
      )}
      <span title={isKept ? against : t('figureNotKept')} className={styles.change}>
        {compared && <Change ratio={compared.change} neutral={props.neutral} />}
        {!isKept && t('noComparison')}
        &nbsp;
      </span>
      <Spark metric={metric} filled={unit === 'count'} />
    </li>
  );
}

function round(unit: Unit, value: number | null): number | null {
  return value === null || unit === 'ratio' ? value : Math.trunc(value);
}

function KpiNumber({ unit, value }: { readonly unit: Unit; readonly value: number }) {
  const { figures } = useFormats();
  const minorDigits = useInfo()?.minorDigits ?? 2;
  if (unit === 'ratio') {
    // A published ratio has six decimals: as an integer of millionths it is exact.
    const hundredths = Math.trunc(Math.round(value * 1_000_000) / 100);
    return <RollingNumber amount={hundredths} fractionDigits={2} suffix="%" />;
  }
  const prefix = unit === 'money' ? figures.currencySymbol : '';
  const digits = unit === 'money' ? minorDigits : 0;
  if (value < LONG[unit] * 10 ** digits) {
    return <RollingNumber amount={value} fractionDigits={digits} prefix={prefix} />;
  }
  const { amount, fractionDigits, unit: suffix } = figures.compactParts(unit, value);
  return <RollingNumber amount={amount} fractionDigits={fractionDigits} prefix={prefix} suffix={suffix} />;
}

function Spark({ metric, filled }: { readonly metric: ComparedMetric; readonly filled: boolean }) {
  const { today, closed } = useSaleDay().kpis;
  const { width, height, points } = SPARK;
  const paths = useMemo(() => {
    if (!today) return null;
    const size = Math.max(1, Math.ceil(closed / points));
    return sparklinePaths(figureByBucket(metric, today, closed, size), { width, height });
  }, [metric, today, closed]);
  return (
    <svg
      className={styles.spark}
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {paths && filled && <path d={paths.area} className={styles.sparkArea} />}
      {paths && <path d={paths.line} className={styles.sparkLine} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
