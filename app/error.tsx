'use client';

import { PageFailure } from '../components/board/page-failure.tsx';

export default function ErrorPage({ error }: { readonly error: Error }) {
  return <PageFailure error={error} />;
}
