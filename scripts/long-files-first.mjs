import { BaseSequencer } from 'vitest/node';

/**
 * Files that take longest: those that wait for a broker and its servers between those that compute, so that two of
 * one kind seldom run side by side.
 */
const FIRST = [
  'test/kafka/live-killed.test.ts',
  'test/fuzz.test.ts',
  'test/kafka/live-faults.test.ts',
  'test/kafka/live-online-retail.test.ts',
  'test/replay-synthetic.test.ts',
  'test/kafka/live-threads.test.ts',
  'test/verify.test.ts',
  'engine/events/json/json-documents.test.ts',
  'test/kafka/live-repair.test.ts',
  'test/kafka/broker.test.ts',
  'test/replay-online-retail.test.ts',
  'test/kafka/produce.test.ts',
  'test/engine-threads.test.ts',
  'test/datasets/online-retail.test.ts',
  'test/kafka/consume-broker-away.test.ts',
  'test/server.test.ts',
  'test/replay-errors.test.ts',
];

/** Starts the long files first, so that none is left over at the end beside an idle core. */
export class LongFilesFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files);
    /** @param {import('vitest/node').TestSpecification} file */
    const place = ({ moduleId }) => {
      const found = FIRST.findIndex((path) => moduleId.endsWith(`/${path}`));
      return found === -1 ? FIRST.length : found;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}
