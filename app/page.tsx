import { headers } from 'next/headers';
import { Board } from '../components/board/board.tsx';
import { preferredLanguage } from '../components/format/language.ts';

export default async function Page() {
  const accepted = (await headers()).get('accept-language') ?? '';
  return <Board preferred={preferredLanguage(accepted.split(','))} />;
}
