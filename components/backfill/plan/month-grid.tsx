'use client';

import { memo, useId } from 'react';
import { useTranslations } from 'use-intl/react';
import { useFormats } from '../../format/format-provider.tsx';
import styles from './calendar.module.css';
import { type DaySpans, hasDay } from './day-spans.ts';
import { type DayFace, DaySquare } from './day-square.tsx';
import type { MonthPage } from './year-months.ts';

const MONDAY_MS = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** One month of the calendar; its title chooses the whole of it. */
export const MonthGrid = memo(function MonthGrid(props: {
  readonly page: MonthPage;
  readonly faceOf: (day: number) => DayFace;
  readonly chosen: DaySpans;
  /** The square that Tab leads to, where it is of this month. */
  readonly focused: number | null;
  readonly onTitle: (page: MonthPage) => void;
}) {
  const { page, faceOf, chosen, focused, onTitle } = props;
  const t = useTranslations('coverage');
  const { clock } = useFormats();
  const id = useId();
  return (
    <section className={styles.month} aria-labelledby={id}>
      <h3 id={id}>
        <button type="button" tabIndex={-1} title={t('wholeMonth')} onClick={() => onTitle(page)}>
          {clock.month(Date.UTC(page.year, page.month - 1, 1))}
        </button>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: days are chosen in it by arrow keys. */}
      <table role="grid" aria-labelledby={id} aria-multiselectable="true">
        <thead>
          <tr>
            {Array.from({ length: 7 }, (_, weekday) =>
              clock.calendarWeekday(MONDAY_MS + weekday * DAY_MS),
            ).map(({ narrow, long }) => (
              <th key={long} scope="col" aria-label={long}>
                {narrow}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.weeks.map((week) => (
            <tr key={week.find((day) => day !== null)}>
              {week.map((day, weekday) =>
                day === null ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a weekday is its place.
                  <td key={weekday} />
                ) : (
                  <DaySquare
                    key={day}
                    number={day}
                    face={faceOf(day)}
                    chosen={hasDay(chosen, day)}
                    tabbable={day === focused}
                  />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
});
