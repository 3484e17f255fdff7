import type { DeadLetter, DeadLetterList } from '../protocol/dead-letters.ts';
import { badRequest, checkParameters, positiveInteger } from './query-parameters.ts';

/** Who reads dead letters for the routes. */
export interface DeadLetterReader {
  list(query: {
    readonly reason?: string | undefined;
    readonly topic?: string | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  }): Promise<DeadLetterList>;
  find(where: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
  }): Promise<DeadLetter>;
}

const LISTED = 50;
const MOST_LISTED = 500;

/**
 * `/api/dead-letters` lists them, the newest first; its `next` is the `before` of the ones behind. `/api/dead-letter`
 * gives one with its value.
 */
export function deadLetterRoutes(reader: DeadLetterReader) {
  return {
    '/api/dead-letters'({ searchParams: query }: URL): Promise<DeadLetterList> {
      checkParameters(query, ['reason', 'topic', 'limit', 'before']);
      const limit = positiveInteger(
        'limit',
        query.get('limit') ?? String(LISTED),
        MOST_LISTED,
        'number of letters',
      );
      const given = (name: string): string | undefined => query.get(name) || undefined;
      return reader.list({
        reason: given('reason'),
        topic: given('topic'),
        before: given('before'),
        limit,
      });
    },
    '/api/dead-letter'({ searchParams: query }: URL): Promise<DeadLetter> {
      checkParameters(query, ['partition', 'offset']);
      const partition = query.get('partition') ?? '';
      const offset = query.get('offset') ?? '';
      const [, topic, number] = /^([\w.-]+)\/(\d+)$/.exec(partition) ?? [];
      if (topic === undefined || !/^\d{1,20}$/.test(offset)) {
        const remedy = 'Give partition=orders/0 and offset=12, as a list has them.';
        throw badRequest(`partition=${partition} and offset=${offset} name no record`, remedy);
      }
      return reader.find({ topic, partition: Number(number), offset });
    },
  };
}
