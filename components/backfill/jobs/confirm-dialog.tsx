'use client';

import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslations } from 'use-intl/react';
import access from '../../access/access.module.css';
import styles from './confirm-dialog.module.css';

export interface Choice {
  readonly name: string;
  readonly text: string;
  /** What this choice does besides; shown with it where there is more than one. */
  readonly note?: string;
  readonly destructive: boolean;
  choose(): void;
}

/** Asks before something is done. The browser keeps the focus inside; Escape is the way back. */
export function ConfirmDialog(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly choices: readonly Choice[];
  onClose(): void;
}) {
  const { title, children, choices, onClose } = props;
  const t = useTranslations('jobs.ask');
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Closing it, not taking it away, gives the focus back to the button that asked.
  const close = () => dialog.current?.close();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${access.dialog} ${styles.dialog}`}
      aria-labelledby={`${id}title`}
      aria-describedby={`${id}text`}
      onClose={onClose}
    >
      <h2 id={`${id}title`}>{title}</h2>
      <div id={`${id}text`} className={styles.text}>
        {children}
      </div>
      <div className={styles.choices}>
        <button type="button" className={styles.button} onClick={close}>
          {t('back')}
        </button>
        {choices.map(({ name, text, note, destructive, choose }) => (
          <span key={name} className={styles.choice}>
            <button
              type="button"
              className={styles.button}
              data-main={!destructive}
              data-destructive={destructive}
              data-choice={name}
              aria-describedby={note ? `${id}${name}` : undefined}
              onClick={() => {
                close();
                choose();
              }}
            >
              {text}
            </button>
            {note && (
              <small id={`${id}${name}`} className={styles.note}>
                {note}
              </small>
            )}
          </span>
        ))}
      </div>
    </dialog>
  );
}
