'use client';

import { useTranslations } from 'use-intl/react';
import type { ServerStatus } from '../../engine/protocol/status.ts';
import { useInfo } from '../live/use-live.ts';
import styles from './ops.module.css';

/** Which run of which plan by which version all of this is. */
export function About({ status }: { readonly status: ServerStatus | null }) {
  const t = useTranslations('ops.about');
  const info = useInfo();
  return (
    <footer className={styles.about}>
      {status && (
        <span>
          {t('run')} <code>{status.runId || '–'}</code>
        </span>
      )}
      {info && (
        <>
          <span title={info.planFingerprint}>
            {t('plan')} <code>{info.planFingerprint.slice(0, 12)}</code>
          </span>
          <span>
            {t('version')} {info.version}
          </span>
          <span>
            {info.timeZone.replaceAll('_', ' ')} · {info.currency}
          </span>
        </>
      )}
    </footer>
  );
}
