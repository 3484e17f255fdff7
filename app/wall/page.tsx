import { headers } from 'next/headers';
import { preferredLanguage } from '../../components/format/language.ts';
import { Wall } from '../../components/wall/wall.tsx';

export default async function Page() {
  const accepted = (await headers()).get('accept-language') ?? '';
  return <Wall preferred={preferredLanguage(accepted.split(','))} />;
}
