'use client';

import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { Coverage, CoverageDay } from '../../../engine/protocol/coverage.ts';
import { useFormats } from '../../format/format-provider.tsx';
import styles from './calendar.module.css';
import { DayDetail } from './day-detail.tsx';
import { dayLook, heatOf, rowsOfDay } from './day-look.ts';
import { dayLabel, dayNumber } from './day-number.ts';
import { type DaySpans, hasDay } from './day-spans.ts';
import type { DayFace } from './day-square.tsx';
import { strokeTo, toggleStroke } from './day-stroke.ts';
import { MonthGrid } from './month-grid.tsx';
import { dayAt, useDayChoice } from './use-day-choice.ts';
import { useDayWords } from './use-day-words.ts';
import { type MonthPage, yearMonths } from './year-months.ts';

export interface CoverageCalendarProps {
  readonly year: number;
  /** Of that year; null while it is asked for. */
  readonly coverage: Coverage | null;
  readonly chosen: DaySpans;
  readonly choose: (days: DaySpans) => void;
  /** The keys go to a day of another year; whether there may be anything. */
  readonly goToYear: (year: number) => boolean;
}

/** Each business day of a year, to be looked at and chosen by pointer, finger or keys. */
export function CoverageCalendar({ year, coverage, chosen, choose, goToYear }: CoverageCalendarProps) {
  const t = useTranslations('coverage');
  const root = useRef<HTMLDivElement>(null);
  const months = useMemo(() => yearMonths(year), [year]);
  const days = useMemo(() => new Map(coverage?.days.map((day) => [day.day, day])), [coverage]);
  const faceOf = useDayFaces(days);
  const [wanted, setWanted] = useState<number | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const mustFocus = useRef(false);
  const focused = wanted !== null && isOfYear(months, wanted) ? wanted : startOf(months, coverage, chosen);

  const focus = useCallback(
    (day: number): boolean => {
      const inYear = Number(dayLabel(day).slice(0, 4));
      if (inYear !== year && !goToYear(inYear)) return false;
      setWanted(day);
      mustFocus.current = true;
      return true;
    },
    [year, goToYear],
  );
  useLayoutEffect(() => {
    if (!mustFocus.current) return;
    mustFocus.current = false;
    root.current?.querySelector<HTMLElement>(`[data-number="${focused}"]`)?.focus();
  }, [focused]);

  const { shown, onPointerOver, ...choice } = useDayChoice({ chosen, choose, focused, focus });
  const toggleMonth = useCallback(
    (page: MonthPage) => choose(strokeTo(toggleStroke(chosen, page.first), page.last)),
    [chosen, choose],
  );
  const looked = days.get(dayLabel(hovered ?? focused)) ?? null;
  return (
    <>
      <div
        ref={root}
        className={styles.months}
        data-testid="calendar"
        data-year={year}
        aria-busy={coverage === null}
        {...choice}
        onPointerOver={(event) => {
          setHovered(dayAt(event.target));
          onPointerOver(event);
        }}
        onPointerLeave={() => setHovered(null)}
      >
        {months.map((page) => (
          <MonthGrid
            key={page.month}
            page={page}
            faceOf={faceOf}
            chosen={shown}
            focused={page.first <= focused && focused <= page.last ? focused : null}
            onTitle={toggleMonth}
          />
        ))}
      </div>
      <p className="visually-hidden">{t('keys')}</p>
      <DayDetail day={looked} />
    </>
  );
}

const isOfYear = (months: readonly MonthPage[], day: number): boolean =>
  months.some(({ first, last }) => first <= day && day <= last);

/** Where Tab leads before any day was looked at: the first chosen one, else the last that anything is known of. */
function startOf(months: readonly MonthPage[], coverage: Coverage | null, chosen: DaySpans): number {
  const first = months[0]?.first ?? 0;
  const last = months.at(-1)?.last ?? first;
  const span = chosen.find(([from, to]) => to >= first && from <= last);
  if (span) return Math.max(first, span[0]);
  const known = coverage?.days.findLast(({ state }) => state === 'live' || state === 'published');
  const day = known ? dayNumber(known.day) : null;
  return day !== null && hasDay([[first, last]], day) ? day : first;
}

/** Faces of all days, made anew when coverage or language change. */
function useDayFaces(days: ReadonlyMap<string, CoverageDay>): (day: number) => DayFace {
  const words = useDayWords();
  const { clock } = useFormats();
  return useMemo(() => {
    const heat = heatOf([...days.values()].map(rowsOfDay));
    const faces = new Map<number, DayFace>();
    return (number) => {
      const known = faces.get(number);
      if (known) return known;
      const label = dayLabel(number);
      const day = days.get(label);
      const face: DayFace = day
        ? { label, look: dayLook(day), heat: heat(rowsOfDay(day)), spoken: words(day).join(', ') }
        : { label, look: 'empty', heat: 0, spoken: clock.dayOfLabel(label) };
      faces.set(number, face);
      return face;
    };
  }, [days, words, clock]);
}
