'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl/react';
import type { DeadLetterTally } from '../../engine/protocol/dead-letters.ts';
import { useFormats } from '../format/format-provider.tsx';
import styles from './dead-letters.module.css';
import { useLetterAddress } from './letter-address.ts';

/** Reasons, and topics where there are several, each with how many letters it has. */
export function LetterFilters({ tallies }: { readonly tallies: readonly DeadLetterTally[] }) {
  const [{ reason, topic }] = useLetterAddress();
  const inTopic = tallies.filter((tally) => topic === null || tally.topic === topic);
  const withReason = tallies.filter((tally) => reason === null || tally.reason === reason);
  return (
    <div className={styles.filters}>
      <Choices name="reason" sums={sumsBy('reason', inTopic)} value={reason} />
      {(sumsBy('topic', tallies).size > 1 || topic !== null) && (
        <Choices name="topic" sums={sumsBy('topic', withReason)} value={topic} />
      )}
    </div>
  );
}

function Choices(props: {
  readonly name: 'reason' | 'topic';
  readonly sums: ReadonlyMap<string, number>;
  readonly value: string | null;
}) {
  const { name, sums, value } = props;
  const id = useId();
  const t = useTranslations('letters');
  const { figures } = useFormats();
  const [, setAddress] = useLetterAddress();
  const total = [...sums.values()].reduce((sum, letters) => sum + letters, 0);
  const missing = value !== null && !sums.has(value) ? [[value, 0] as const] : [];
  const option = (key: string | null, letters: number) => (
    <label key={key ?? ''} className={styles.choice}>
      <input
        type="radio"
        name={id}
        checked={key === value}
        onChange={() => void setAddress({ [name]: key, at: null })}
      />
      <span>
        {key === null ? t('all') : <code>{key}</code>} <b>{figures.full('count', letters)}</b>
      </span>
    </label>
  );
  return (
    <fieldset className={styles.choices}>
      <legend>{t(name)}</legend>
      {option(null, total)}
      {[...sums, ...missing].map(([key, letters]) => option(key, letters))}
    </fieldset>
  );
}

function sumsBy(name: 'reason' | 'topic', tallies: readonly DeadLetterTally[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const tally of tallies) sums.set(tally[name], (sums.get(tally[name]) ?? 0) + tally.letters);
  return sums;
}
