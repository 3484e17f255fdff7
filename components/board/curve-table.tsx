'use client';

import { memo, useMemo } from 'react';
import { useTranslations } from 'use-intl/react';
import type { DayMinutes } from '../charts/minute-series.ts';
import { useFormats } from '../format/format-provider.tsx';
import { figureData } from './figure.tsx';
import { useSaleDay } from './sale-day.tsx';

function hourSums(day: DayMinutes | null): number[] {
  if (!day) return [];
  const column = day.figures[0];
  const sums = new Array<number>(Math.ceil(day.length / 60)).fill(0);
  column?.forEach((value, minute) => {
    const hour = Math.floor(minute / 60);
    sums[hour] = (sums[hour] ?? 0) + value;
  });
  return sums;
}

/** The curve for those who can't see it, and for programs: GMV by hours since the day's start. */
export function CurveTable() {
  const { today, comparison, epoch } = useSaleDay();
  const todaySums = useMemo(() => hourSums(today), [today]);
  const comparisonSums = useMemo(() => hourSums(comparison), [comparison]);
  if (!today) return null;
  return (
    <Table
      startMs={today.startMs}
      todaySums={todaySums}
      comparisonSums={comparisonSums}
      comparisonStartMs={comparison?.startMs ?? null}
      epoch={epoch}
    />
  );
}

const Table = memo(function Table(props: {
  readonly startMs: number;
  readonly todaySums: readonly number[];
  readonly comparisonSums: readonly number[];
  readonly comparisonStartMs: number | null;
  readonly epoch: number;
}) {
  const t = useTranslations('curve');
  const { figures, clock } = useFormats();
  const { startMs, todaySums, comparisonSums, comparisonStartMs, epoch } = props;
  return (
    // A table grows with its rows whatever height it is given: the box around it is what hides it.
    <div className="visually-hidden">
      <table>
        <caption>{t('table')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('hour')}</th>
            <th scope="col">{t('today')}</th>
            {comparisonStartMs !== null && <th scope="col">{clock.date(comparisonStartMs)}</th>}
          </tr>
        </thead>
        <tbody>
          {todaySums.map((value, hour) => {
            const atMs = startMs + hour * 3_600_000;
            const then = comparisonSums[hour];
            return (
              <tr key={atMs}>
                <th scope="row">{clock.minute(atMs)}</th>
                <td {...figureData({ metric: 'gmv', dimension: 'hour', rowKey: atMs, value, epoch })}>
                  {figures.full('money', value)}
                </td>
                {then !== undefined && <td>{figures.full('money', then)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
});
