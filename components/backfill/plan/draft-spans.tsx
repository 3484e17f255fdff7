'use client';

import { useId, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import { useFormats } from '../../format/format-provider.tsx';
import { dayLabel, dayNumber } from './day-number.ts';
import { countDays, type DaySpans, NO_DAYS, withDays, withoutDays } from './day-spans.ts';
import styles from './form.module.css';

const SHOWN = 5;

/** The chosen days as dates that can be typed, span by span, and a line for more. */
export function DraftSpans(props: { readonly days: DaySpans; readonly choose: (days: DaySpans) => void }) {
  const { days, choose } = props;
  const t = useTranslations('draft');
  const { figures } = useFormats();
  const [all, setAll] = useState(false);
  const shown = all ? days : days.slice(0, SHOWN);
  return (
    <fieldset className={styles.part}>
      <legend>
        {t('days')} <b>{figures.full('count', countDays(days))}</b>
      </legend>
      {shown.map(([first, last]) => (
        <SpanLine
          key={`${first} ${last}`}
          first={dayLabel(first)}
          last={dayLabel(last)}
          commit={(from, to) => choose(withDays(withoutDays(days, [[first, last]]), [[from, to]]))}
          remove={() => choose(withoutDays(days, [[first, last]]))}
        />
      ))}
      {days.length > shown.length && (
        <button type="button" className={styles.link} onClick={() => setAll(true)}>
          {t('moreSpans', { count: figures.full('count', days.length - shown.length) })}
        </button>
      )}
      <SpanLine
        key={`new ${countDays(days)}`}
        first=""
        last=""
        commit={(from, to) => choose(withDays(days, [[from, to]]))}
      />
      {days.length > 0 && (
        <button type="button" className={styles.link} onClick={() => choose(NO_DAYS)}>
          {t('clear')}
        </button>
      )}
    </fieldset>
  );
}

/** A first and a last day, taken over once both are dates. */
function SpanLine(props: {
  readonly first: string;
  readonly last: string;
  readonly commit: (first: number, last: number) => void;
  readonly remove?: () => void;
}) {
  const t = useTranslations('draft');
  const id = useId();
  const [texts, setTexts] = useState({ first: props.first, last: props.last });
  const [isWrong, setWrong] = useState(false);
  const isChanged = texts.first !== props.first || texts.last !== props.last;
  const take = () => {
    if (!isChanged || texts.first === '') return;
    const first = dayNumber(texts.first.trim());
    const last = dayNumber((texts.last || texts.first).trim());
    const isRight = first !== null && last !== null && first <= last;
    setWrong(!isRight);
    if (isRight) props.commit(first, last);
  };
  const field = (name: 'first' | 'last') => (
    <input
      className={styles.date}
      aria-label={t(name === 'first' ? 'from' : 'to')}
      aria-invalid={isWrong}
      aria-describedby={isWrong ? id : undefined}
      placeholder={name === 'first' ? '2026-11-01' : '2026-11-11'}
      inputMode="numeric"
      autoComplete="off"
      spellCheck={false}
      maxLength={10}
      value={texts[name]}
      onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        take();
      }}
    />
  );
  return (
    <div className={styles.span} data-span={`${props.first}..${props.last}`}>
      {field('first')}
      <span aria-hidden="true">–</span>
      {field('last')}
      {props.remove && !isChanged ? (
        <button
          type="button"
          className={styles.small}
          aria-label={t('remove', { from: props.first, to: props.last })}
          onClick={props.remove}
        >
          ×
        </button>
      ) : (
        <button type="button" className={styles.small} disabled={!isChanged} onClick={take}>
          {t(props.remove ? 'set' : 'add')}
        </button>
      )}
      {isWrong && (
        <p id={id} className={styles.wrong} role="alert">
          {t('noDate')}
        </p>
      )}
    </div>
  );
}
