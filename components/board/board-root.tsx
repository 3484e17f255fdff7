'use client';

import type { ReactNode } from 'react';
import type { Language } from '../format/language.ts';
import { PageRoot } from './page-root.tsx';
import { SaleDayProvider } from './sale-day.tsx';

/** Everything that tiles need around them: the live figures, the sale day, the language, the theme. */
export function BoardRoot(props: { readonly preferred: Language; readonly children: ReactNode }) {
  return (
    <PageRoot preferred={props.preferred}>
      <SaleDayProvider>{props.children}</SaleDayProvider>
    </PageRoot>
  );
}
