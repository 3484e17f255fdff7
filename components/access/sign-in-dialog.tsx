'use client';

import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { useSaid } from '../messages/use-said.ts';
import { Refusal } from '../server/read-answer.ts';
import styles from './access.module.css';

/** Asks for the operator's password. The browser keeps the focus inside and closes it on Escape. */
export function SignInDialog(props: {
  /** @throws Error that says why it is refused. */
  signIn(password: string): Promise<void>;
  onClose(): void;
}) {
  const { signIn, onClose } = props;
  const t = useTranslations('access');
  const { quantities } = useFormats();
  const said = useSaid();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { seconds, wait } = useWait();

  useEffect(() => {
    // Nothing closes it at the end: the event that closing sends would reach a dialog that was opened anew.
    if (dialog.current?.open === false) dialog.current.showModal();
    password.current?.focus();
  }, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || seconds > 0) return;
    setBusy(true);
    signIn(password.current?.value ?? '')
      .catch((error: unknown) => {
        setProblem(error instanceof Error ? error.message : String(error));
        if (error instanceof Refusal) wait(error.waitSeconds ?? 0);
        password.current?.select();
      })
      .finally(() => setBusy(false));
  };

  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={`${id}title`} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={`${id}title`}>{t('title')}</h2>
        <p id={`${id}hint`}>{t('hint')}</p>
        {/* Password managers keep a password under a name. */}
        <input
          className="visually-hidden"
          name="username"
          autoComplete="username"
          value="operator"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <label htmlFor={`${id}password`}>{t('password')}</label>
        <input
          ref={password}
          id={`${id}password`}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={1000}
          aria-describedby={`${id}hint ${id}problem`}
          aria-invalid={problem !== null}
        />
        <p id={`${id}problem`} className={styles.problem} role="alert">
          {problem !== null && said(problem)}
          {seconds > 0 && ` ${t('wait', { time: quantities.duration(seconds * 1000) })}`}
        </p>
        <div className={styles.buttons}>
          <button type="button" className={styles.button} onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className={styles.button} data-main="true" disabled={busy || seconds > 0}>
            {t('signIn')}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Counts down what is to be waited. */
function useWait(): { readonly seconds: number; wait(seconds: number): void } {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds <= 0) return;
    const timer = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return { seconds, wait: setSeconds };
}
