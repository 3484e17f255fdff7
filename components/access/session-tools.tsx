'use client';

import { useTranslations } from 'use-intl/react';
import styles from './access.module.css';
import { useSession } from './session-provider.tsx';

/** Who is signed in, and the way in or out. */
export function SessionTools() {
  const t = useTranslations('access');
  const { session, isOperator, askToSignIn, signOut } = useSession();
  if (!session) return null;
  if (!isOperator)
    return (
      <button type="button" className={styles.tool} data-role="viewer" onClick={askToSignIn}>
        {t('signIn')}
      </button>
    );
  return (
    <span className={styles.who} data-role="operator">
      <span className={styles.role}>{t('operator')}</span>
      <button
        type="button"
        className={styles.tool}
        onClick={() => void signOut().catch((error: unknown) => console.warn('not signed out', error))}
      >
        {t('signOut')}
      </button>
    </span>
  );
}
