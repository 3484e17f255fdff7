'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { DimensionSummary } from '../../engine/protocol/board-info.ts';
import access from '../access/access.module.css';
import { useFormats } from '../format/format-provider.tsx';
import { useBoardFilter } from './board-filter.ts';
import styles from './filter-picker.module.css';
import { KeyChoice } from './key-choice.tsx';

/** Chooses a dimension and then one of its keys. The browser keeps the focus inside; Escape is the way back. */
export function FilterPicker(props: {
  readonly dimensions: readonly DimensionSummary[];
  readonly onClose: () => void;
}) {
  const { dimensions, onClose } = props;
  const t = useTranslations('filter');
  const { language } = useFormats();
  const id = useId();
  const filter = useBoardFilter();
  const dialog = useRef<HTMLDialogElement>(null);
  const unused = dimensions.find(({ name }) => filter.keyOf(name) === undefined);
  const [chosen, setChosen] = useState((unused ?? dimensions[0])?.name ?? '');
  useEffect(() => {
    if (dialog.current?.open !== false) return;
    dialog.current.showModal();
    dialog.current.querySelector<HTMLElement>('[role="combobox"]')?.focus();
  }, []);
  // Closing it, not taking it away, gives the focus back to the button that opened it.
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      className={`${access.dialog} ${styles.dialog}`}
      aria-labelledby={id}
      onClose={onClose}
    >
      <h2 id={id}>{t('title')}</h2>
      <fieldset className={styles.dimensions}>
        <legend className="visually-hidden">{t('dimension')}</legend>
        {dimensions.map(({ name, title }) => (
          <label key={name} className={styles.dimension}>
            <input
              type="radio"
              name={`${id}dimension`}
              value={name}
              checked={name === chosen}
              onChange={() => setChosen(name)}
            />
            <span>{title[language]}</span>
          </label>
        ))}
      </fieldset>
      <KeyChoice
        key={chosen}
        dimension={chosen}
        onChoose={(key) => {
          filter.keep({ dimension: chosen, key });
          close();
        }}
      />
      <button type="button" className={`${access.button} ${styles.close}`} onClick={close}>
        {t('close')}
      </button>
    </dialog>
  );
}
