'use client';

import { useTranslations } from 'use-intl/react';
import { type SharePart, shareParts } from '../charts/share.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useView } from '../live/use-live.ts';
import { useFiltered } from './board-filter.ts';
import { Figure } from './figure.tsx';
import { OnlyThis } from './only-this.tsx';
import { Panel } from './panel.tsx';
import { type ShareDimension, shareView } from './sale-views.ts';
import styles from './share-panel.module.css';

/** The palette has this many colours that stay apart for colour-blind eyes. */
const COLOURS = 6;

/** GMV as parts of a whole: one bar, and its parts by name. */
export function SharePanel(props: { readonly dimension: ShareDimension; readonly className?: string }) {
  const { dimension } = props;
  const t = useTranslations('share');
  const { figures } = useFormats();
  const spec = useFiltered(shareView(dimension));
  const view = useView(spec);
  const parts = shareParts(view?.rows ?? [], COLOURS);
  const id = (part: SharePart) => (part.rest ? 'rest' : `key ${part.key}`);
  return (
    <Panel
      className={props.className}
      title={t(dimension)}
      state={!view ? 'loading' : parts.length === 0 ? 'empty' : 'ready'}
      view={spec}
    >
      <div className={styles.bar} aria-hidden="true">
        {parts.map((part, i) => (
          <span key={id(part)} style={{ flexGrow: part.share, background: `var(--part-${i + 1})` }} />
        ))}
      </div>
      <ul className={styles.list}>
        {parts.map((part, i) => (
          <li key={id(part)} className={styles.part}>
            <i className={styles.chip} style={{ background: `var(--part-${i + 1})` }} />
            {part.rest ? (
              <span className={styles.name}>{t('rest')}</span>
            ) : (
              <OnlyThis className={styles.name} dimension={dimension} rowKey={part.key} />
            )}
            <span className={styles.share}>{figures.compact('ratio', part.share)}</span>
            <Figure
              className={styles.value}
              unit="money"
              metric={part.rest ? 'gmv.rest' : 'gmv'}
              dimension={dimension}
              rowKey={part.key}
              value={part.value}
              epoch={view?.epoch ?? 0}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
