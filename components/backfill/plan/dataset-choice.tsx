'use client';

import Link from 'next/link';
import { useId } from 'react';
import { useTranslations } from 'use-intl/react';
import type { DatasetSummary } from '../../../engine/protocol/datasets.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import { useDatasetHref } from '../datasets/dataset-address.ts';
import styles from './form.module.css';
import { usePlanAddress } from './plan-address.ts';

/** Where the rows come from; the calendar beside is of the same one. */
export function DatasetChoice(props: {
  readonly dataset: string | null;
  readonly datasets: readonly DatasetSummary[];
}) {
  const { dataset, datasets } = props;
  const t = useTranslations('draft');
  const said = useSaid();
  const id = useId();
  const { figures, quantities } = useFormats();
  const hrefOf = useDatasetHref();
  const [, setAddress] = usePlanAddress();
  const shown = datasets.find(({ name }) => name === dataset);
  return (
    <div className={styles.part}>
      <label className={styles.legend} htmlFor={id}>
        {t('dataset')}
      </label>
      <select
        id={id}
        className={styles.select}
        value={dataset ?? ''}
        onChange={(event) => void setAddress({ dataset: event.target.value })}
      >
        {dataset !== null && !shown && <option value={dataset}>{dataset}</option>}
        {datasets.map(({ name, title }) => (
          <option key={name} value={name}>
            {said(title)}
          </option>
        ))}
      </select>
      {shown && (
        <p className={styles.hint}>
          {t('contents', {
            files: figures.full('count', shown.files),
            bytes: quantities.bytes(shown.bytes),
          })}{' '}
          <Link href={hrefOf(shown.name)}>{t('aboutDataset')}</Link>
        </p>
      )}
    </div>
  );
}
