import type { Access } from '../access/open-access.ts';
import { reasonOf } from '../errors.ts';
import type { JobDraft, JobSummary } from '../protocol/jobs.ts';
import type { JobsApi } from '../protocol/jobs-api.ts';
import { say } from '../protocol/sayings.ts';
import { json } from './answer.ts';
import {
  actionBody,
  datasetName,
  dayLabel,
  estimateBody,
  jobId,
  metricName,
  parseBody,
  parseParameter,
  submitBody,
} from './job-bodies.ts';
import { checkParameters, positiveInteger } from './query-parameters.ts';
import { type Ask, question, type Route } from './route.ts';
import { whoOf } from './session-routes.ts';

const LAST_YEAR = 2099;

/** Datasets, coverage and jobs: anyone may ask, operators alone estimate, start and decide. */
export function jobRoutes({
  jobs,
  access,
}: {
  readonly jobs: JobsApi;
  readonly access: Access;
}): readonly Route[] {
  /** Does a change, and writes down who did it and what came of it. */
  const noted = async (ask: Ask, what: string, change: () => Promise<JobSummary>): Promise<JobSummary> => {
    const who = whoOf(ask);
    try {
      const job = await change();
      await access.note({ ...who, what: `${what}: ${say('job_is', { job: job.id, state: job.state })}` });
      return job;
    } catch (error) {
      await access.note({ ...who, what: `${what}: ${say('refused', { why: reasonOf(error) })}` });
      throw error;
    }
  };

  return [
    question('/api/datasets', async ({ url }) => {
      checkParameters(url.searchParams, []);
      return json(await jobs.datasets({}));
    }),
    question('/api/dataset-preview', async ({ url: { searchParams: query } }) => {
      checkParameters(query, ['dataset']);
      return json(await jobs.preview({ dataset: parseParameter(datasetName, query, 'dataset') }));
    }),
    question('/api/coverage', async ({ url: { searchParams: query } }) => {
      checkParameters(query, ['dataset', 'year']);
      const year = query.get('year') || null;
      return json(
        await jobs.coverage({
          dataset: query.get('dataset') ? parseParameter(datasetName, query, 'dataset') : null,
          year: year === null ? null : positiveInteger('year', year, LAST_YEAR, 'year'),
        }),
      );
    }),
    question('/api/jobs', async ({ url }) => {
      checkParameters(url.searchParams, []);
      return json(await jobs.jobs({}));
    }),
    question('/api/job', async ({ url: { searchParams: query } }) => {
      checkParameters(query, ['id']);
      return json(await jobs.job({ id: parseParameter(jobId, query, 'id') }));
    }),
    question('/api/job/comparison', async ({ url: { searchParams: query } }) => {
      checkParameters(query, ['id']);
      return json(await jobs.comparison({ id: parseParameter(jobId, query, 'id') }));
    }),
    question('/api/job/comparison/day', async ({ url: { searchParams: query } }) => {
      checkParameters(query, ['id', 'day', 'metric']);
      return json(
        await jobs.compareDay({
          id: parseParameter(jobId, query, 'id'),
          day: parseParameter(dayLabel, query, 'day'),
          metric: parseParameter(metricName, query, 'metric'),
        }),
      );
    }),
    {
      method: 'POST',
      path: '/api/backfill/estimate',
      // It reads files.
      needs: 'operator',
      answer: async ({ body }) => json(await jobs.estimate(parseBody(estimateBody, body))),
    },
    {
      method: 'POST',
      path: '/api/jobs',
      needs: 'operator',
      async answer(ask) {
        const { draft, estimate } = parseBody(submitBody, ask.body);
        const { actor } = whoOf(ask);
        const what = say('submit', { draft: draftText(draft) });
        return json(await noted(ask, what, () => jobs.submit({ draft, estimate, actor })));
      },
    },
    {
      method: 'POST',
      path: '/api/job/action',
      needs: 'operator',
      async answer(ask) {
        const { id, action, expect } = parseBody(actionBody, ask.body);
        const { actor } = whoOf(ask);
        return json(
          await noted(ask, say(`do_${action}`, { job: id }), () => jobs.act({ id, action, expect, actor })),
        );
      },
    },
  ];
}

function draftText({ dataset, spans, metrics }: JobDraft): string {
  const first = spans[0]?.from ?? '';
  const last = spans.at(-1)?.to ?? '';
  const range = first === last ? first : `${first}..${last}${spans.length > 1 ? ' in parts' : ''}`;
  return `${range} from ${dataset}${metrics ? ` (${metrics.join(', ')})` : ''}`;
}
