import type { Access } from '../access/open-access.ts';
import type { EncodedEpoch } from '../protocol/encoded.ts';
import type { JobsApi } from '../protocol/jobs-api.ts';
import type { BoardInfo, ServerStatus } from '../protocol/status.ts';
import type { ViewSpec } from '../protocol/view.ts';
import { json } from './answer.ts';
import { type DeadLetterReader, deadLetterRoutes } from './dead-letter-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { type MetricsFacts, metricsPage } from './metrics-page.ts';
import { parseViewQuery, type ViewFormat } from './parse-view-query.ts';
import { question, type Route } from './route.ts';
import { sessionRoutes } from './session-routes.ts';

export interface RoutesOptions {
  readonly info: BoardInfo;
  readonly status: () => ServerStatus;
  readonly head: () => Omit<EncodedEpoch, 'views'> | null;
  readonly metrics: () => MetricsFacts;
  readonly query: (
    spec: ViewSpec,
    format: ViewFormat,
  ) => Promise<{ readonly contentType: string; readonly body: string | Uint8Array }>;
  readonly deadLetters: DeadLetterReader;
  readonly access: Access;
  readonly jobs: { readonly api: JobsApi };
}

/** The one table of all that is answered beside pages, with the role that each row takes. */
export function createRoutes(options: RoutesOptions): readonly Route[] {
  const { info, status, head, metrics, query, deadLetters, access, jobs } = options;
  const letters = deadLetterRoutes(deadLetters);
  return [
    question('/healthz', () => {
      const health = healthOf(status(), head());
      return { ...json(health), code: health.ready ? 200 : 503 };
    }),
    question('/api/info', () => json(info)),
    question('/api/status', () => json(status())),
    question('/api/view', ({ url }) => {
      const { spec, format } = parseViewQuery(url.searchParams);
      return query(spec, format);
    }),
    question('/api/dead-letters', async ({ url }) => json(await letters['/api/dead-letters'](url))),
    question('/api/dead-letter', async ({ url }) => json(await letters['/api/dead-letter'](url))),
    question('/metrics', () => metricsPage(metrics())),
    ...sessionRoutes(access),
    ...jobRoutes({ access, jobs: jobs.api }),
  ];
}

/** What `/healthz` says: ready once an epoch is out and live doesn't fail. */
function healthOf(status: ServerStatus, head: Omit<EncodedEpoch, 'views'> | null) {
  const { live, lagMs, epoch, runId, problem } = status;
  const ready = epoch > 0 && live !== 'failed' && live !== 'starting';
  return { ready, live, lagMs, epoch, runId, dataToMs: head?.dataToMs ?? null, problem };
}
