'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl/react';
import { sparklinePaths } from '../charts/sparkline.ts';
import type { Unit } from '../format/figure-format.ts';
import { useFormats } from '../format/format-provider.tsx';
import { decimalText } from '../format/minor-units.ts';
import { useInfo } from '../live/use-live.ts';
import { Change } from './change.tsx';
import { type ComparedMetric, compareElapsed, figureByBucket } from './elapsed-comparison.ts';
import { figureData } from './figure.tsx';
import styles from './kpi.module.css';
import { RollingNumber } from './rolling-number.tsx';
import { useSaleDay } from './sale-day.tsx';

/** Counts from here on are shortened. */
const LONG_COUNT = 10_000_000;
const SPARK = { width: 120, height: 26, bucketMinutes: 20 };

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
  const { today, comparison, closed } = useSaleDay();
  const compared = useMemo(
    () => (today && comparison && closed > 0 ? compareElapsed(metric, { today, comparison, closed }) : null),
    [metric, today, comparison, closed],
  );
  const against =
    compared && comparison
      ? `${t('against', { date: clock.date(comparison.startMs) })}: ${figures.full(unit, round(unit, compared.then))}`
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
      <span title={against} className={styles.change}>
        {compared ? <Change ratio={compared.change} neutral={props.neutral} /> : <>&nbsp;</>}
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
    return <RollingNumber text={decimalText(hundredths, 2)} fractionDigits={2} suffix="%" />;
  }
  if (unit === 'count' && value < LONG_COUNT) {
    return <RollingNumber text={decimalText(value, 0)} fractionDigits={0} />;
  }
  if (unit === 'money' && value < 10_000 * 10 ** minorDigits) {
    const prefix = figures.currencySymbol;
    return (
      <RollingNumber text={decimalText(value, minorDigits)} fractionDigits={minorDigits} prefix={prefix} />
    );
  }
  const short = figures.compactParts(unit, value);
  const prefix = unit === 'money' ? figures.currencySymbol : undefined;
  return (
    <RollingNumber
      text={short.text}
      fractionDigits={short.fractionDigits}
      prefix={prefix}
      suffix={short.unit}
    />
  );
}

function Spark({ metric, filled }: { readonly metric: ComparedMetric; readonly filled: boolean }) {
  const { today, closed } = useSaleDay();
  const { width, height, bucketMinutes } = SPARK;
  const paths = useMemo(() => {
    if (!today) return null;
    const values = figureByBucket(metric, today, closed, bucketMinutes);
    return sparklinePaths(values, { width, height, slots: Math.floor(today.length / bucketMinutes) });
  }, [metric, today, closed]);
  return (
    <svg
      className={styles.spark}
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <title>{metric}</title>
      {paths && filled && <path d={paths.area} className={styles.sparkArea} />}
      {paths && <path d={paths.line} className={styles.sparkLine} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
