'use client';

import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { Row } from '../../engine/protocol/view.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useView } from '../live/use-live.ts';
import { useKeyName } from '../messages/use-key-name.ts';
import styles from './filter-picker.module.css';
import { type OfferedKey, offerKeys } from './offer-keys.ts';
import { keysView } from './sale-views.ts';

const NO_ROWS: readonly Row[] = [];

/** A dimension's keys of today to search through, the highest first; one that is not among them can be typed. */
export function KeyChoice(props: {
  readonly dimension: string;
  readonly onChoose: (key: string | null) => void;
}) {
  const { dimension, onChoose } = props;
  const t = useTranslations('filter');
  const { figures } = useFormats();
  const nameOf = useKeyName(dimension);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const view = useView(keysView(dimension));
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const offered = offerKeys({ rows: view?.rows ?? NO_ROWS, text, nameOf });
  const at = Math.min(active, offered.length - 1);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const choose = (option: OfferedKey | undefined): void => {
    if (option) onChoose(option.key);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (step === undefined) choose(offered[at]);
    else setActive(Math.max(0, Math.min(offered.length - 1, at + step)));
  };
  return (
    <>
      <input
        className={styles.search}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}keys`}
        aria-activedescendant={offered.length > 0 ? `${id}${at}` : undefined}
        aria-autocomplete="list"
        aria-label={t('search')}
        placeholder={t('search')}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${id}keys`} className={styles.keys} role="listbox" aria-label={t('values')}>
        {offered.map((option, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the search field's, which has the focus.
          <div
            key={`${option.typed} ${option.key}`}
            id={`${id}${i}`}
            className={styles.key}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onClick={() => choose(option)}
          >
            <span>{option.typed ? t('typed', { text: option.name }) : option.name}</span>
            {option.value !== null && <span>{figures.compact('money', option.value)}</span>}
          </div>
        ))}
      </div>
      {view && offered.length === 0 && <p className={styles.none}>{t('none')}</p>}
    </>
  );
}
