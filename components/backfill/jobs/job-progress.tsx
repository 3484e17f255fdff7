'use client';

import { useTranslations } from 'use-intl/react';
import type { JobState, JobSummary } from '../../../engine/protocol/jobs.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import cards from '../../ops/card.module.css';
import { Card, Fact } from '../../ops/card.tsx';
import styles from './job-progress.module.css';
import { UnitsBar } from './units-bar.tsx';

/** States in which a job still has a speed and an end to come. */
const GOING: ReadonlySet<JobState> = new Set(['estimating', 'queued', 'running', 'paused', 'comparing']);

/** How far it is, how fast, until when, and what holds it up. */
export function JobProgress({ summary }: { readonly summary: JobSummary }) {
  const t = useTranslations('jobs');
  const { figures, quantities } = useFormats();
  const said = useSaid();
  const { state, units, rowsDone, rowsTotal, rowsPerSecond, bytesDone, throttle } = summary;
  const count = (value: number) => figures.full('count', value);
  const going = GOING.has(state);
  return (
    <Card title={t('progress')}>
      <div className={styles.progress}>
        <UnitsBar units={units} />
        <dl className={cards.facts}>
          <Fact name={t('fact.rows')}>
            {rowsTotal === null
              ? count(rowsDone)
              : t('of', { done: count(rowsDone), total: count(rowsTotal) })}
          </Fact>
          {/* Without a total: estimated are the files as they are given, read are those that they were converted to. */}
          <Fact name={t('fact.bytes')}>{quantities.bytes(bytesDone)}</Fact>
          {going && (
            <>
              <Fact name={t('fact.speed')}>{count(Math.round(rowsPerSecond))}</Fact>
              <Fact name={t('fact.eta')}>
                <Eta eta={summary.eta} />
              </Fact>
              <Fact name={t('fact.throttle')}>
                {throttle.speed >= 1
                  ? t('fullSpeed')
                  : throttle.speed <= 0
                    ? t('held')
                    : t('partSpeed', { share: figures.compact('ratio', throttle.speed) })}
              </Fact>
            </>
          )}
        </dl>
        {going && throttle.why !== null && (
          <p className={styles.why} data-speed={throttle.speed}>
            {said(throttle.why)}
          </p>
        )}
      </div>
    </Card>
  );
}

/** When it will be done, as the server expects: by its clock, so that a reader's need not be right. */
function Eta({ eta }: Pick<JobSummary, 'eta'>) {
  const t = useTranslations('jobs');
  const { clock } = useFormats();
  if (eta === null) return t('unknown');
  const far = eta.toMs - eta.fromMs > 24 * 3_600_000;
  const write = (ms: number) => (far ? `${clock.shortDay(ms)} ${clock.minute(ms)}` : clock.time(ms));
  const [from, to] = [write(eta.fromMs), write(eta.toMs)];
  return from === to ? from : t('range', { from, to });
}
