import { headers } from 'next/headers';
import { DeadLetters } from '../../components/dead-letters/dead-letters.tsx';
import { preferredLanguage } from '../../components/format/language.ts';

export default async function Page() {
  const accepted = (await headers()).get('accept-language') ?? '';
  return <DeadLetters preferred={preferredLanguage(accepted.split(','))} />;
}
