'use client';

import { useTranslations } from 'use-intl/react';
import type { JobUnit } from '../../../engine/protocol/jobs.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import cards from '../../ops/card.module.css';
import { Fact } from '../../ops/card.tsx';
import { kindOf } from './unit-kind.ts';
import styles from './units-card.module.css';

/** What became of one day. */
export function UnitDetail({ unit }: { readonly unit: JobUnit | null }) {
  const t = useTranslations('jobs.unit');
  const { clock, figures, quantities } = useFormats();
  const said = useSaid();
  if (!unit) return <p className={cards.quiet}>{t('choose')}</p>;
  const { day, rows, seconds, attempts, problem, state } = unit;
  return (
    <div className={styles.detail} data-testid="unit" data-day={day} data-state={state} aria-live="polite">
      <h3 className={styles.day}>{clock.labelled(day)}</h3>
      <dl className={cards.facts}>
        <Fact name={t('state')}>{t(kindOf(unit))}</Fact>
        <Fact name={t('rows')}>{figures.full('count', rows)}</Fact>
        <Fact name={t('seconds')}>{quantities.duration(seconds > 0 ? seconds * 1000 : null)}</Fact>
        <Fact name={t('attempts')}>{figures.full('count', attempts)}</Fact>
      </dl>
      {problem !== null && <p className={styles.problem}>{said(problem)}</p>}
    </div>
  );
}

/** More are found by the filter. */
const FAILURES_SHOWN = 20;

/** The days that failed, each with its reason. */
export function UnitFailures(props: {
  readonly units: readonly JobUnit[];
  readonly choose: (day: string) => void;
}) {
  const t = useTranslations('jobs.unit');
  const { clock, figures } = useFormats();
  const said = useSaid();
  const failed = props.units.filter(({ state }) => state === 'failed');
  const more = failed.length - FAILURES_SHOWN;
  return (
    <section aria-label={t('failures')} className={styles.failures}>
      <h3 className={styles.day}>{t('failures')}</h3>
      <ul>
        {failed.slice(0, FAILURES_SHOWN).map(({ day, problem }) => (
          <li key={day} data-day={day}>
            <button type="button" className={styles.link} onClick={() => props.choose(day)}>
              {clock.labelled(day)}
            </button>{' '}
            {problem && said(problem)}
          </li>
        ))}
      </ul>
      {more > 0 && <p className={cards.quiet}>{t('more', { count: figures.full('count', more) })}</p>}
    </section>
  );
}
