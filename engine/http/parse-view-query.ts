import type { Grain, ViewRange, ViewSpec } from '../protocol/view.ts';
import { badRequest, checkParameters, positiveInteger } from './query-parameters.ts';

/** How an answer may be written. */
export const VIEW_FORMATS = ['json', 'csv', 'arrow'] as const;
export type ViewFormat = (typeof VIEW_FORMATS)[number];

const GRAINS: readonly Grain[] = ['minute', 'hour', 'day', 'month', 'range'];
const PARAMETERS = ['metrics', 'dimension', 'grain', 'range', 'top', 'format'];
const FILTER = 'filter.';
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MOST_ROWS = 100_000;

/**
 * Reads the parameters of `/api/view`; whether the names exist is for the store to say.
 *
 * @throws GmvError `bad_request` that names the parameter and what it takes.
 */
export function parseViewQuery(query: URLSearchParams): { spec: ViewSpec; format: ViewFormat } {
  checkParameters(query, PARAMETERS, { starts: FILTER, shown: `${FILTER}<dimension>` });
  const metrics = (query.get('metrics') ?? '').split(',').filter((name) => name !== '');
  if (metrics.length === 0)
    throw badRequest('No metrics are named', 'Give metrics=gmv,orders or others of /api/info.');
  const dimension = query.get('dimension') || undefined;
  const filter = parseFilter(query);
  const top = parseTop(query.get('top'));
  return {
    spec: {
      metrics,
      ...(dimension === undefined ? {} : { dimension }),
      ...(filter === undefined ? {} : { filter }),
      grain: oneOf('grain', query.get('grain') ?? 'range', GRAINS),
      range: parseRange(query.get('range') ?? 'today'),
      ...(top === undefined ? {} : { top }),
    },
    format: oneOf('format', query.get('format') ?? 'json', VIEW_FORMATS),
  };
}

function parseRange(text: string): ViewRange {
  if (text === 'today' || text === 'comparison') return { kind: text };
  const lastDays = /^last_(\d{1,4})_days$/.exec(text);
  if (lastDays && Number(lastDays[1]) > 0) return { kind: 'last_days', count: Number(lastDays[1]) };
  const [from = '', to = from, ...more] = text.split('..');
  if (DATE.test(from) && DATE.test(to) && more.length === 0) {
    if (to < from) throw badRequest(`The range ${text} ends before it starts`, `Give ${to}..${from}.`);
    return { kind: 'days', from, to };
  }
  throw badRequest(
    `"${text}" is no range`,
    'Give today, comparison, last_7_days, 2010-12-01 or 2010-12-01..2010-12-31.',
  );
}

/** An empty value stands for the null key. */
function parseFilter(query: URLSearchParams): Record<string, string | null> | undefined {
  const entries = [...query].flatMap(([name, value]) =>
    name.startsWith(FILTER) ? [[name.slice(FILTER.length), value === '' ? null : value] as const] : [],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function parseTop(text: string | null): number | undefined {
  return text === null ? undefined : positiveInteger('top', text, MOST_ROWS, 'number of rows');
}

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((value) => value === text);
  if (found !== undefined) return found;
  throw badRequest(`${name}=${text} is not known`, `Give one of ${known.join(', ')}.`);
}
