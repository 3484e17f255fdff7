'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { DatasetPreview, DatasetSummary } from '../../../engine/protocol/datasets.ts';
import { ConnectionCause } from '../../board/connection-pill.tsx';
import { PageFrame } from '../../board/page-frame.tsx';
import { PageRoot } from '../../board/page-root.tsx';
import { usePageHref } from '../../board/url-state.ts';
import type { Language } from '../../format/language.ts';
import { datasetsEn } from '../../messages/datasets-en.ts';
import { datasetsZhCN } from '../../messages/datasets-zh-cn.ts';
import { useSaid } from '../../messages/use-said.ts';
import { useAnswer } from '../../server/use-answer.ts';
import { useDatasetAddress } from './dataset-address.ts';
import { DatasetFiles } from './dataset-files.tsx';
import { DatasetTable } from './dataset-table.tsx';
import styles from './datasets.module.css';
import { PreviewPanel } from './preview-panel.tsx';

const messages = { en: { datasets: datasetsEn }, 'zh-CN': { datasets: datasetsZhCN } };

/** The page of named sources of history: what each holds, what changed, and how its first rows are read. */
export function Datasets(props: { readonly preferred: Language }) {
  return (
    <PageRoot preferred={props.preferred} messages={messages}>
      <Sources />
    </PageRoot>
  );
}

function Sources() {
  const t = useTranslations('datasets');
  const said = useSaid();
  const hrefOf = usePageHref();
  const [round, setRound] = useState(0);
  const [{ dataset }] = useDatasetAddress();
  const list = useAnswer<readonly DatasetSummary[]>('/api/datasets', round);
  const shown = list.value?.find(({ name }) => name === dataset) ?? (dataset ? null : list.value?.[0]);
  const name = shown?.name ?? dataset;
  const preview = useAnswer<DatasetPreview>(
    name ? `/api/dataset-preview?dataset=${encodeURIComponent(name)}` : null,
    round,
  );
  return (
    <PageFrame
      title={t('title')}
      intro={t('intro')}
      links={[{ href: hrefOf('/backfill'), text: t('backfills') }]}
    >
      <ConnectionCause />
      <main className={styles.main}>
        <section className={styles.panel} aria-label={t('list')}>
          {list.problem !== null && (
            <p className={styles.problem} role="alert">
              {t('failed', { reason: said(list.problem) })}
            </p>
          )}
          {list.value ? (
            <DatasetTable
              datasets={list.value}
              shown={name ?? null}
              asking={list.asking}
              refresh={() => setRound(round + 1)}
            />
          ) : (
            list.problem === null && <div className={styles.skeleton} />
          )}
        </section>
        {shown && <DatasetFiles dataset={shown} />}
        {name && <PreviewPanel answer={preview} />}
      </main>
    </PageFrame>
  );
}
