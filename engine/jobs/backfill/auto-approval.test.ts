import { expect, it } from 'vitest';
import type { ComparedDay, Comparison } from '../../protocol/comparison.ts';
import type { JobDraft } from '../../protocol/jobs.ts';
import { autoApproval } from './comparisons.ts';

const day = (
  published: number | null,
  computed: number | null,
  more: Partial<ComparedDay> = {},
): ComparedDay => ({
  day: '2025-11-11',
  published: published === null ? null : 1,
  computed: 2,
  figures: [{ metric: 'gmv', published, computed }],
  differs: published !== computed,
  causes: [],
  ...more,
});
const draft = (upToPermille: number | null): JobDraft => ({
  dataset: 'old',
  spans: [],
  metrics: null,
  when: 'now',
  parallelism: 1,
  approval: upToPermille === null ? { kind: 'manual' } : { kind: 'auto', upToPermille },
});
const decides = (upToPermille: number | null, ...days: ComparedDay[]): boolean =>
  autoApproval(draft(upToPermille), { days } as unknown as Comparison) !== null;

it('nothing is approved by itself where an operator is to decide', () => {
  expect(decides(null, day(null, 5))).toBe(false);
});

it('a first load and figures that stay the same are approved at any threshold', () => {
  expect(decides(0, day(null, 5), day(null, 0))).toBe(true);
  expect(decides(0, day(5, 5), day(null, 7))).toBe(true);
});

it('a change of any figure, also of one that the day’s totals hide, needs more than nothing', () => {
  expect(decides(0, day(1000, 1001))).toBe(false);
  expect(decides(0, day(5, 5, { differs: true }))).toBe(false);
});

it('a change up to the threshold is approved, one beyond it on any day is not', () => {
  expect(decides(10, day(1000, 1010), day(1000, 990))).toBe(true);
  expect(decides(10, day(1000, 1010), day(1000, 1011))).toBe(false);
  expect(decides(1000, day(0, 1))).toBe(false);
  expect(decides(1000, day(5, null))).toBe(false);
});
