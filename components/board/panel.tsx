'use client';

import { type ReactNode, useId } from 'react';
import { useTranslations } from 'use-intl/react';
import type { ViewSpec } from '../../engine/protocol/view.ts';
import { useRefusal, useReplaying } from '../live/use-live.ts';
import styles from './panel.module.css';

/** `not_kept`: of combinations of filters there is only today. */
export type PanelState = 'loading' | 'empty' | 'not_kept' | 'ready';

/** A titled tile: its figures, or why there are none. `view` is asked for a refusal by the server. */
export function Panel(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly tools?: ReactNode;
  readonly state: PanelState;
  readonly view: ViewSpec;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  const t = useTranslations();
  const refusal = useRefusal(props.view);
  const replaying = useReplaying(props.view);
  return (
    <section className={`${styles.panel} ${props.className ?? ''}`} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id} className={styles.title}>
          {props.title}
        </h2>
        {props.note && <span className={styles.note}>{props.note}</span>}
        {replaying && <span className="visually-hidden">{t('filter.replayingHere')}</span>}
        {props.tools && <div className={styles.tools}>{props.tools}</div>}
      </header>
      <div className={styles.body} data-replaying={replaying}>
        {refusal?.code === 'filters_taken' ? (
          <p className={styles.empty}>{t('filter.takenHere')}</p>
        ) : refusal !== null ? (
          <p className={styles.empty}>{t('refused', { reason: refusal.reason })}</p>
        ) : props.state === 'ready' ? (
          props.children
        ) : props.state === 'empty' || props.state === 'not_kept' ? (
          <p className={styles.empty}>{t(props.state === 'empty' ? 'empty' : 'filter.notKept')}</p>
        ) : (
          <div className={styles.skeleton}>
            <span className="visually-hidden">{t('loading')}</span>
          </div>
        )}
      </div>
    </section>
  );
}
