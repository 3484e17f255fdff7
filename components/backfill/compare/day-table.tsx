'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl/react';
import { useBox } from '../../board/use-box.ts';
import { useFormats } from '../../format/format-provider.tsx';
import type { DayFigure } from './compared-days.ts';
import styles from './day-table.module.css';
import { Difference } from './difference.tsx';
import { useCauseText } from './use-cause-text.ts';
import { useMetrics } from './use-metrics.ts';

/** Heights of a row in ems; where there is no room for columns a row is a small card. */
const ROW_EM = 2.2;
const CARD_EM = 5.4;
const NARROW_EM = 40;

/** Days with one metric's figures; only those in sight are drawn. */
export function DayTable(props: {
  readonly days: readonly DayFigure[];
  readonly metric: string;
  readonly chosen: string | null;
  readonly choose: (day: string) => void;
}) {
  const { days, metric, chosen, choose } = props;
  const t = useTranslations('jobs.compare');
  const scroll = useRef<HTMLDivElement>(null);
  const [measure, box] = useBox();
  const em = box?.fontPx ?? 14;
  const narrow = box !== null && box.width < NARROW_EM * em;
  const height = Math.round((narrow ? CARD_EM : ROW_EM) * em);
  const virtual = useVirtualizer({
    count: days.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another type size is another height of rows.
  useEffect(() => virtual.measure(), [height]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
    <section ref={scroll} className={styles.scroll} aria-label={t('scroll')} tabIndex={0}>
      <table
        ref={measure}
        className={styles.table}
        aria-label={t('days')}
        aria-rowcount={days.length + 1}
        data-narrow={narrow}
      >
        <thead className={styles.head}>
          <tr aria-rowindex={1} className={styles.row}>
            {(['day', 'published', 'computed', 'difference', 'why'] as const).map((column) => (
              <th key={column} scope="col" className={styles[column]}>
                {t(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const of = days[index];
            return (
              of && (
                <DayRow
                  key={of.day.day}
                  of={of}
                  metric={metric}
                  number={index + 2}
                  style={{ height, transform: `translateY(${start}px)` }}
                  chosen={of.day.day === chosen}
                  choose={choose}
                />
              )
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function DayRow(props: {
  readonly of: DayFigure;
  readonly metric: string;
  readonly number: number;
  readonly style: { readonly height: number; readonly transform: string };
  readonly chosen: boolean;
  readonly choose: (day: string) => void;
}) {
  const { number, style, chosen, choose, metric } = props;
  const { day, figure } = props.of;
  const { clock, figures } = useFormats();
  const causeText = useCauseText();
  const unit = useMetrics().unitOf(metric);
  const published = figure?.published ?? null;
  const computed = figure?.computed ?? null;
  const why = day.differs ? causeText(day.causes) : '';
  return (
    <tr
      aria-rowindex={number}
      className={styles.row}
      style={style}
      data-day={day.day}
      data-metric={metric}
      data-published={published}
      data-computed={computed}
      data-differs={day.differs}
      data-chosen={chosen}
    >
      <th scope="row" className={styles.day}>
        <button type="button" aria-pressed={chosen} onClick={() => choose(day.day)}>
          {clock.labelled(day.day)}
        </button>
      </th>
      <td className={styles.published}>{figures.full(unit, published)}</td>
      <td className={styles.computed}>{figures.full(unit, computed)}</td>
      <td className={styles.difference}>
        <Difference unit={unit} figure={{ published, computed }} withShare />
      </td>
      <td className={styles.why} title={why}>
        {why}
      </td>
    </tr>
  );
}
