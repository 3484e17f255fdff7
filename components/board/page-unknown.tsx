'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import type { Language } from '../format/language.ts';
import { MessagesProvider } from '../messages/messages-provider.tsx';

/** No such page; the way back. */
export function PageUnknown(props: { readonly preferred: Language }) {
  return (
    <MessagesProvider language={props.preferred}>
      <Unknown />
    </MessagesProvider>
  );
}

function Unknown() {
  const t = useTranslations('notFound');
  return (
    <main className="page-message">
      <h1>{t('title')}</h1>
      <Link href="/">{t('home')}</Link>
    </main>
  );
}
