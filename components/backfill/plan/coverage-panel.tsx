'use client';

import { useCallback, useId, useMemo } from 'react';
import { useTranslations } from 'use-intl/react';
import type { Coverage } from '../../../engine/protocol/coverage.ts';
import { useSaid } from '../../messages/use-said.ts';
import type { Answer } from '../../server/use-answer.ts';
import { CoverageActions } from './coverage-actions.tsx';
import { CoverageCalendar } from './coverage-calendar.tsx';
import { CoverageLegend } from './coverage-legend.tsx';
import styles from './coverage-panel.module.css';
import type { DaySpans } from './day-spans.ts';
import { usePlanAddress } from './plan-address.ts';

/** The calendar of a year with what belongs to it: years, what to choose at once, what squares mean. */
export function CoveragePanel({ answer }: { readonly answer: Answer<Coverage> }) {
  const t = useTranslations('coverage');
  const said = useSaid();
  const id = useId();
  const [{ year: wanted, days }, setAddress] = usePlanAddress();
  const coverage = answer.value;
  const year = wanted ?? coverage?.year ?? null;
  const years = useMemo(() => yearsAround(coverage, year), [coverage, year]);
  const choose = useCallback((chosen: DaySpans) => void setAddress({ days: chosen }), [setAddress]);
  const goToYear = useCallback(
    (to: number): boolean => {
      if (to < (years[0] ?? to) || to > (years.at(-1) ?? to)) return false;
      void setAddress({ year: to });
      return true;
    },
    [years, setAddress],
  );
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <h2 id={id} className="visually-hidden">
        {t('title')}
      </h2>
      {year !== null && (
        <div className={styles.head}>
          <YearSwitch year={year} years={years} onChange={goToYear} />
          {coverage && (
            <CoverageActions
              coverage={coverage}
              pick={(chosen, metrics) => void setAddress({ days: chosen, metrics: metrics && [...metrics] })}
            />
          )}
        </div>
      )}
      {answer.problem !== null && (
        <p className={styles.problem} role="alert">
          {t('failed', { reason: said(answer.problem) })}
        </p>
      )}
      {coverage?.lateKnown === false && (
        <p className={styles.problem} role="status">
          {t('lateUnknown')}
        </p>
      )}
      {year !== null ? (
        <CoverageCalendar
          year={year}
          coverage={coverage?.year === year ? coverage : null}
          chosen={days}
          choose={choose}
          goToYear={goToYear}
        />
      ) : (
        answer.problem === null && <div className={styles.skeleton} />
      )}
      <CoverageLegend coverage={coverage} />
    </section>
  );
}

/** Every year from the first to the last that anything is known of, and the one that is shown. */
function yearsAround(coverage: Coverage | null, year: number | null): readonly number[] {
  const known = [...(coverage?.years ?? []), ...(year === null ? [] : [year])];
  if (known.length === 0) return [];
  const first = Math.min(...known);
  return Array.from({ length: Math.max(...known) - first + 1 }, (_, index) => first + index);
}

function YearSwitch(props: {
  readonly year: number;
  readonly years: readonly number[];
  readonly onChange: (year: number) => void;
}) {
  const { year, years, onChange } = props;
  const t = useTranslations('coverage');
  return (
    <div className={styles.years}>
      <button
        type="button"
        className={styles.button}
        aria-label={t('yearBefore')}
        disabled={!years.includes(year - 1)}
        onClick={() => onChange(year - 1)}
      >
        ‹
      </button>
      <select
        aria-label={t('year')}
        className={styles.select}
        value={year}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {years.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <button
        type="button"
        className={styles.button}
        aria-label={t('yearAfter')}
        disabled={!years.includes(year + 1)}
        onClick={() => onChange(year + 1)}
      >
        ›
      </button>
    </div>
  );
}
