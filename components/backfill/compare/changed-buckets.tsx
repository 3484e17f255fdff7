'use client';

import { useTranslations } from 'use-intl/react';
import type { DayComparison } from '../../../engine/protocol/comparison.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useMetrics } from './use-metrics.ts';

/** As many as anyone would listen to. */
const SPOKEN = 30;

/** Where the two curves differ, for those who can't see them. */
export function ChangedBuckets({ of }: { readonly of: DayComparison }) {
  const t = useTranslations('jobs.compare');
  const { figures, clock } = useFormats();
  const unit = useMetrics().unitOf(of.metric);
  const { published } = of;
  if (published === null) return null;
  const changed = of.computed
    .map((computed, i) => ({
      startMs: of.startMs + i * of.bucketMs,
      computed,
      published: published[i] ?? null,
    }))
    .filter((bucket) => bucket.computed !== bucket.published)
    .slice(0, SPOKEN);
  if (changed.length === 0) return null;
  return (
    // A table grows with its rows whatever height it is given: the box around it is what hides it.
    <div className="visually-hidden">
      <table>
        <caption>{t('buckets')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            <th scope="col">{t('published')}</th>
            <th scope="col">{t('computed')}</th>
          </tr>
        </thead>
        <tbody>
          {changed.map((bucket) => (
            <tr key={bucket.startMs}>
              <th scope="row">{clock.minute(bucket.startMs)}</th>
              <td>{figures.full(unit, bucket.published)}</td>
              <td>{figures.full(unit, bucket.computed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
