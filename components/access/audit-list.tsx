'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { AuditLine } from '../../engine/protocol/jobs.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useSaid } from '../messages/use-said.ts';
import { useAnswer } from '../server/use-answer.ts';
import styles from './access.module.css';
import { useSession } from './session-provider.tsx';

const PATH = '/api/audit?limit=200';

/** Who did what, the newest first, for operators; asked for when it is opened, and anew with each `round`. */
export function AuditList({ round }: { readonly round: number }) {
  const t = useTranslations('access');
  const { clock } = useFormats();
  const said = useSaid();
  const { isOperator } = useSession();
  const [open, setOpen] = useState(false);
  const { value: lines, problem } = useAnswer<readonly AuditLine[]>(open && isOperator ? PATH : null, round);
  if (!isOperator) return null;
  return (
    <details className={styles.audit} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('audit')}</summary>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t('auditFailed', { reason: said(problem) })}
        </p>
      )}
      {lines?.length === 0 && <p>{t('auditNone')}</p>}
      {lines !== null && lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys.
        <section className={styles.scroll} tabIndex={0} aria-label={t('audit')}>
          <table>
            <thead>
              <tr>
                {(['time', 'actor', 'from', 'what'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map(({ atMs, actor, from, what }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same.
                <tr key={index} data-actor={actor}>
                  <td>{`${clock.shortDay(atMs)} ${clock.time(atMs)}`}</td>
                  <td>{actor}</td>
                  <td>{from}</td>
                  <td>{said(what)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
