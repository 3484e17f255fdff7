import { headers } from 'next/headers';
import { JobPage } from '../../../components/backfill/jobs/job-page.tsx';
import { preferredLanguage } from '../../../components/format/language.ts';

export default async function Page({ params }: { readonly params: Promise<{ readonly job: string }> }) {
  const accepted = (await headers()).get('accept-language') ?? '';
  const { job } = await params;
  return <JobPage preferred={preferredLanguage(accepted.split(','))} id={decodeURIComponent(job)} />;
}
