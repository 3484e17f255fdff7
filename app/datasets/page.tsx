import { headers } from 'next/headers';
import { Datasets } from '../../components/backfill/datasets/datasets.tsx';
import { preferredLanguage } from '../../components/format/language.ts';

export default async function Page() {
  const accepted = (await headers()).get('accept-language') ?? '';
  return <Datasets preferred={preferredLanguage(accepted.split(','))} />;
}
