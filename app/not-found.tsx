import { headers } from 'next/headers';
import { PageUnknown } from '../components/board/page-unknown.tsx';
import { preferredLanguage } from '../components/format/language.ts';

export default async function NotFound() {
  const accepted = (await headers()).get('accept-language') ?? '';
  return <PageUnknown preferred={preferredLanguage(accepted.split(','))} />;
}
