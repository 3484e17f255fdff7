import { headers } from 'next/headers';
import { preferredLanguage } from '../../components/format/language.ts';
import { Ops } from '../../components/ops/ops.tsx';

export default async function Page() {
  const accepted = (await headers()).get('accept-language') ?? '';
  return <Ops preferred={preferredLanguage(accepted.split(','))} />;
}
