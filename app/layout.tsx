import '@fontsource-variable/inter';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { preferredLanguage } from '../components/format/language.ts';

export const metadata: Metadata = {
  title: 'GMV',
  description: 'Live gross merchandise value of a sale day',
  icons: { icon: '/favicon.svg' },
};

export const viewport: Viewport = { themeColor: '#0d1014', width: 'device-width', initialScale: 1 };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const accepted = (await headers()).get('accept-language') ?? '';
  return (
    <html lang={preferredLanguage(accepted.split(','))} suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
