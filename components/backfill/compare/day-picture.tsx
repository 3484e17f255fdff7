'use client';

import { useCallback } from 'react';
import { useTranslations } from 'use-intl/react';
import type { ComparedDay, DayComparison } from '../../../engine/protocol/comparison.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartFrame } from '../../charts/chart-theme.ts';
import { comparedCurveOptions } from '../../charts/compared-curve.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import { useAnswer } from '../../server/use-answer.ts';
import { ChangedBuckets } from './changed-buckets.tsx';
import styles from './compare.module.css';
import { signedFigure } from './difference.tsx';
import { FigureTable } from './figure-table.tsx';
import { LargestChanges } from './largest-changes.tsx';
import { useCauseText } from './use-cause-text.ts';
import { useMetrics } from './use-metrics.ts';

/** One day: its curve over the published one, where it changes most, and all its figures. */
export function DayPicture(props: {
  readonly job: string;
  readonly day: ComparedDay;
  readonly metric: string;
}) {
  const { job, day, metric } = props;
  const t = useTranslations('jobs.compare');
  const said = useSaid();
  const words = useTranslations();
  const { clock } = useFormats();
  const { titleOf, unitOf } = useMetrics();
  const causeText = useCauseText();
  const query = new URLSearchParams({ id: job, day: day.day, metric });
  const { value, problem } = useAnswer<DayComparison>(`/api/job/comparison/day?${query}`, day.computed);
  const name = { metric: titleOf(metric), day: clock.labelled(day.day) };
  return (
    <section className={styles.picture} aria-label={t('dayTitle', name)} data-testid="day" data-day={day.day}>
      <header className={styles.pictureHead}>
        <h3>{t('dayTitle', name)}</h3>
        {day.differs && <span className={styles.cause}>{causeText(day.causes)}</span>}
        <ul className={styles.legend}>
          {day.published !== null && <li className={styles.isPublished}>{t('published')}</li>}
          <li className={styles.isComputed}>{t('computed')}</li>
        </ul>
      </header>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t('failed', { reason: said(problem) })}
        </p>
      )}
      <div className={styles.curve}>
        {value ? (
          <>
            <Curve of={value} label={t('curveLabel', name)} />
            <ChangedBuckets of={value} />
          </>
        ) : (
          problem === null && (
            <div className={styles.skeleton}>
              <span className="visually-hidden">{words('loading')}</span>
            </div>
          )
        )}
      </div>
      <div className={styles.others}>
        <h3>{t('others')}</h3>
        <FigureTable figures={day.figures} />
      </div>
      {value && day.published !== null && <LargestChanges changes={value.changes} unit={unitOf(metric)} />}
    </section>
  );
}

function Curve({ of, label }: { readonly of: DayComparison; readonly label: string }) {
  const t = useTranslations('jobs.compare');
  const { figures, clock } = useFormats();
  const unit = useMetrics().unitOf(of.metric);
  const build = useCallback(
    (frame: ChartFrame) =>
      comparedCurveOptions(
        {
          of,
          label: { published: t('published'), computed: t('computed'), difference: t('difference') },
          write: (value) => figures.full(unit, value),
          writeSigned: (value) => signedFigure(figures, unit, value),
          writeAxis: (value) => (unit === 'money' ? figures.roundMoney(value) : figures.compact(unit, value)),
          clock: clock.minute,
        },
        frame,
      ),
    [of, unit, t, figures, clock],
  );
  return <Chart key={of.published === null ? 'new' : 'both'} build={build} label={label} />;
}
