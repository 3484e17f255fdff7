'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { DeadLetterRow } from '../../engine/protocol/dead-letters.ts';
import page from './dead-letters.module.css';
import { resendCommand } from './explain-reason.ts';
import styles from './letter-detail.module.css';

/** What an operator types to send letters again; there is nothing to say for conflicts. */
export function ResendCommand({ letter }: { readonly letter: DeadLetterRow }) {
  const t = useTranslations('letters');
  const command = resendCommand(letter);
  const [copied, setCopied] = useState<string | null>(null);
  // Browsers give a clipboard to pages of this machine or over TLS only.
  const canCopy = typeof navigator !== 'undefined' && navigator.clipboard !== undefined;
  if (letter.reason === 'conflict') return null;
  const copy = (): void => {
    navigator.clipboard.writeText(command).then(
      () => setCopied(command),
      () => setCopied(null),
    );
  };
  return (
    <>
      <h3 className={styles.subtitle}>{t('resend')}</h3>
      <p className={page.muted}>{t('resendNote')}</p>
      <div className={styles.command}>
        <code>{command}</code>
        {canCopy && (
          <button type="button" className={page.button} onClick={copy}>
            {copied === command ? t('copied') : t('copy')}
          </button>
        )}
      </div>
    </>
  );
}
