'use client';

import { useMessages, useTranslations } from 'use-intl/react';
import type { DeadLetter } from '../../engine/protocol/dead-letters.ts';
import { useFormats } from '../format/format-provider.tsx';
import type { Messages } from '../messages/en.ts';
import { useSaid } from '../messages/use-said.ts';
import { useAnswer } from '../server/use-answer.ts';
import page from './dead-letters.module.css';
import { familyOfReason } from './explain-reason.ts';
import { useLetterAddress } from './letter-address.ts';
import styles from './letter-detail.module.css';
import { ResendCommand } from './resend-command.tsx';
import { useInstant } from './use-instant.ts';

/** One letter whole: why it is one, what to do, what it holds. */
export function LetterDetail(props: {
  readonly where: { readonly partition: string; readonly offset: string } | null;
}) {
  const { where } = props;
  const t = useTranslations();
  const said = useSaid();
  const [, setAddress] = useLetterAddress();
  const path = where ? `/api/dead-letter?${new URLSearchParams(where)}` : null;
  const { value: letter, problem } = useAnswer<DeadLetter>(path, 0);
  return (
    <aside className={`${page.right} ${styles.detail}`} aria-live="polite" data-testid="letter">
      {where && (
        <button type="button" className={styles.close} onClick={() => void setAddress({ at: null })}>
          <span aria-hidden="true">←</span> {t('letters.close')}
        </button>
      )}
      {!where && <p className={styles.choose}>{t('letters.choose')}</p>}
      {problem !== null && (
        <p className={page.problem} role="alert">
          {t('letters.failed', { reason: said(problem) })}
        </p>
      )}
      {where && !letter && problem === null && (
        <div className={page.skeleton}>
          <span className="visually-hidden">{t('loading')}</span>
        </div>
      )}
      {letter && <Opened letter={letter} />}
    </aside>
  );
}

function Opened({ letter }: { readonly letter: DeadLetter }) {
  const t = useTranslations('letters');
  const { letters } = useMessages() as unknown as Messages;
  const { figures } = useFormats();
  const instant = useInstant();
  const { reason, topic, partition, offset, bytes, keptBytes, text, hex } = letter;
  const { family, column } = familyOfReason(reason, letters.reasons);
  const count = (value: number): string => figures.full('count', value);
  const isCut = keptBytes < bytes;
  const facts: readonly (readonly [string, string])[] = [
    [t('record'), `${topic}/${partition} ${offset}`],
    [t('written'), instant(letter.recordTimeMs)],
    [t('eventId'), letter.eventId ?? t('unknown')],
    [t('bytes'), isCut ? t('kept', { kept: count(keptBytes), bytes: count(bytes) }) : count(bytes)],
    [t('sent'), letter.sentAtMs === null ? t('notSent') : instant(letter.sentAtMs)],
  ];
  return (
    <>
      <h2 className={styles.why}>
        <code>{reason}</code>
      </h2>
      <dl className={styles.explained}>
        <dt>{t('what')}</dt>
        <dd>{t(`reasons.${family}.what`, { column })}</dd>
        <dt>{t('todo')}</dt>
        <dd>{t(`reasons.${family}.todo`, { column })}</dd>
      </dl>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className={styles.subtitle}>
        {t('value')} {hex !== null && <span className={page.muted}>{t('noText')}</span>}
      </h3>
      {bytes === 0 ? (
        <p className={page.muted}>{t('emptyValue')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        <pre className={styles.whole} data-hex={hex !== null} tabIndex={0}>
          {text ?? hex}
        </pre>
      )}
      {isCut ? <p className={page.muted}>{t('cut')}</p> : <ResendCommand letter={letter} />}
    </>
  );
}
