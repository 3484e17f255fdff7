'use client';

import { useEffect } from 'react';
import { useTranslations } from 'use-intl/react';
import { type Language, preferredLanguage } from '../format/language.ts';
import { MessagesProvider } from '../messages/messages-provider.tsx';

const AGAIN_MS = 10_000;

function browserLanguage(): Language {
  return typeof navigator === 'undefined' ? 'en' : preferredLanguage(navigator.languages);
}

/** A page that threw: it is loaded anew after a while, because no one may be there to do it. */
export function PageFailure(props: { readonly error: Error }) {
  return (
    <MessagesProvider language={browserLanguage()}>
      <Failure {...props} />
    </MessagesProvider>
  );
}

function Failure({ error }: { readonly error: Error }) {
  const t = useTranslations('error');
  useEffect(() => {
    const timer = setTimeout(() => location.reload(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className="page-message" role="alert">
      <h1>{t('title')}</h1>
      <p>{error.message}</p>
      <p>{t('again')}</p>
      <button type="button" onClick={() => location.reload()}>
        {t('retry')}
      </button>
    </main>
  );
}
