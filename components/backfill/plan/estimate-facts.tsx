'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl/react';
import type { JobEstimate } from '../../../engine/protocol/jobs.ts';
import { usePageHref } from '../../board/url-state.ts';
import { useFormats } from '../../format/format-provider.tsx';
import styles from './form.module.css';

/** What a job would read and take, before anybody starts it. */
export function EstimateFacts({ estimate, old }: { readonly estimate: JobEstimate; readonly old: boolean }) {
  const t = useTranslations('draft');
  const { figures, quantities } = useFormats();
  const range = useRange();
  const instant = useExactInstant();
  const count = (value: number | null) => figures.full('count', value);
  const { startMs, endMs, units, cached, rows, bytes, files, columns, allColumns, seconds, finishAtMs } =
    estimate;
  return (
    <dl className={styles.facts} data-testid="estimate" data-old={old} aria-busy={old}>
      {startMs !== null && endMs !== null && (
        <>
          <Fact name={t('first')} wide>
            {instant(startMs)}
          </Fact>
          <Fact name={t('last')} wide>
            {instant(endMs)}
          </Fact>
        </>
      )}
      <Fact name={t('units')} data={{ 'data-units': units, 'data-cached': cached }}>
        {count(units)}
        {cached > 0 && <span className={styles.quiet}> {t('cached', { count: count(cached) })}</span>}
      </Fact>
      <Fact name={t('rows')}>{rows === null ? t('unknownRows') : count(rows)}</Fact>
      <Fact name={t('bytes')}>{quantities.bytes(bytes)}</Fact>
      <Fact name={t('files')}>{count(files)}</Fact>
      <Fact name={t('columns')} title={columns.join(', ')}>
        {t('of', { count: count(columns.length), all: count(allColumns) })}
      </Fact>
      <Fact name={t('takes')}>
        {range(seconds, (value) => quantities.duration(value * 1000))}
        {seconds.isAssumed && <span className={styles.quiet}> {t('notMeasured')}</span>}
      </Fact>
      <Fact name={t('finish')}>{finishAtMs ? <Finish {...finishAtMs} /> : '–'}</Fact>
    </dl>
  );
}

/** Days that are left out, and jobs that work on the same ones. */
export function EstimateNotes({ estimate }: { readonly estimate: JobEstimate }) {
  const t = useTranslations('draft');
  const { figures, clock } = useFormats();
  const hrefOf = usePageHref();
  const { left, conflicts } = estimate;
  const reasons = [...new Set(left.map(({ why }) => why))];
  if (left.length === 0 && conflicts.length === 0) return null;
  return (
    <ul className={styles.notes}>
      {reasons.map((why) => {
        const days = left.filter((one) => one.why === why).map(({ day }) => clock.labelled(day));
        const count = figures.full('count', days.length);
        return (
          <li key={why} data-left={why} title={days.slice(0, 100).join(', ')}>
            {t(`left.${why}`, { count, first: days[0] ?? '' })}
          </li>
        );
      })}
      {conflicts.map(({ job, days }) => (
        <li key={job} data-conflict={job}>
          {t('conflict', { count: figures.full('count', days) })}{' '}
          <Link href={hrefOf(`/backfill/${job}`)}>{job}</Link>
        </li>
      ))}
    </ul>
  );
}

function Fact(props: {
  readonly name: string;
  readonly title?: string;
  readonly wide?: boolean;
  readonly data?: Readonly<Record<`data-${string}`, number>>;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.fact} title={props.title} data-wide={props.wide}>
      <dt>{props.name}</dt>
      <dd {...props.data}>{props.children}</dd>
    </div>
  );
}

function Finish({ from, to }: { readonly from: number; readonly to: number }) {
  const range = useRange();
  const { clock } = useFormats();
  const sameDay = clock.date(from) === clock.date(to) && clock.date(from) === clock.date(Date.now());
  return range({ from, to }, sameDay ? clock.minute : (ms) => `${clock.shortDay(ms)} ${clock.minute(ms)}`);
}

/** `2 min – 3 min`, or one text where both ends read alike. */
function useRange() {
  return (
    { from, to }: { readonly from: number; readonly to: number },
    write: (value: number) => string,
  ): string => {
    const [least, most] = [write(from), write(to)];
    return least === most ? least : `${least} – ${most}`;
  };
}

function useExactInstant(): (ms: number) => string {
  const { clock } = useFormats();
  return (ms) => `${clock.day(ms)} ${clock.time(ms)} ${clock.offset(ms)}`;
}
