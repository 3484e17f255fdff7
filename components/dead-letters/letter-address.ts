'use client';

import { parseAsString, useQueryStates } from 'nuqs';
import type { DeadLetterRow } from '../../engine/protocol/dead-letters.ts';

const parsers = {
  /** Only letters with this reason, and of this topic. */
  reason: parseAsString,
  topic: parseAsString,
  /** The one that is looked at, as {@link recordName}. */
  at: parseAsString,
};

/** What is listed and looked at, in the URL. */
export function useLetterAddress() {
  return useQueryStates(parsers, { history: 'push', scroll: false });
}

/** `orders/0/17` */
export function recordName({
  topic,
  partition,
  offset,
}: Pick<DeadLetterRow, 'topic' | 'partition' | 'offset'>) {
  return `${topic}/${partition}/${offset}`;
}

/** What {@link recordName} named; null where it is no such name. */
export function partsOfName(name: string): { readonly partition: string; readonly offset: string } | null {
  const [, partition, offset] = /^([\w.-]+\/\d+)\/(\d+)$/.exec(name) ?? [];
  return partition !== undefined && offset !== undefined ? { partition, offset } : null;
}
