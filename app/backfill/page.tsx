import { headers } from 'next/headers';
import { Backfill } from '../../components/backfill/backfill.tsx';
import { preferredLanguage } from '../../components/format/language.ts';

export default async function Page() {
  const accepted = (await headers()).get('accept-language') ?? '';
  return <Backfill preferred={preferredLanguage(accepted.split(','))} />;
}
