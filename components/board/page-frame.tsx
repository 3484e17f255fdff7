'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl/react';
import { SessionProvider } from '../access/session-provider.tsx';
import { SessionTools } from '../access/session-tools.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import styles from './page-frame.module.css';
import { LanguageSwitch, ThemeSwitch } from './page-switches.tsx';
import { ToolMenu } from './tool-menu.tsx';
import { usePageHref } from './url-state.ts';

export interface PageFrameProps {
  readonly title: string;
  /** What the page is about, beside its title. */
  readonly intro?: string;
  /** Pages that belong to this one. */
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  /** The page is the one that the connection's state leads to. */
  readonly here?: boolean;
  /** Where the way back leads, and its name; absent: the board. */
  readonly back?: { readonly path: string; readonly text: string };
  readonly children: ReactNode;
}

/** A page beside the board: the way back, its title, the connection and the switches, then what it shows. */
export function PageFrame({ title, intro, links = [], here = false, back, children }: PageFrameProps) {
  const t = useTranslations('page');
  const hrefOf = usePageHref();
  return (
    <SessionProvider>
      <div className={styles.page}>
        <header className={styles.header}>
          <Link className={styles.back} href={hrefOf(back?.path ?? '/')}>
            <span aria-hidden="true">←</span> {back?.text ?? t('board')}
          </Link>
          <h1 className={styles.title}>{title}</h1>
          {intro && <p className={styles.intro}>{intro}</p>}
          {links.map(({ href, text }) => (
            <Link key={href} className={styles.back} href={href}>
              {text}
            </Link>
          ))}
          <div className={styles.tools}>
            <ConnectionPill here={here} />
            <ToolMenu>
              <SessionTools />
              <LanguageSwitch />
              <ThemeSwitch />
            </ToolMenu>
          </div>
        </header>
        {children}
      </div>
    </SessionProvider>
  );
}
