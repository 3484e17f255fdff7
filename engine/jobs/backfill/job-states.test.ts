import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JOB_ACTIONS, type JobState } from '../../protocol/jobs.ts';
import { actionsOf, isUnfinished, JOB_STEPS, type JobEvent, nextState } from './job-states.ts';

const STATES = Object.keys(JOB_STEPS) as JobState[];
const EVENTS: readonly JobEvent[] = [
  ...JOB_ACTIONS,
  'submit',
  'estimated',
  'start',
  'restart',
  'drained',
  'broken',
  'compared',
];

/** Written down a second time on purpose, as sentences of the specification: state, event, state. */
const LEGAL = `
  draft submit estimating · estimating estimated queued · queued start running · running pause paused
  paused resume queued · queued pause paused · running drained comparing · comparing compared awaiting_approval
  awaiting_approval approve published · published undo undone · awaiting_approval discard discarded
  awaiting_approval compare comparing · failed retry queued · failed discard discarded · cancelled discard discarded
  estimating broken failed · queued broken failed · running broken failed · comparing broken failed
  estimating cancel cancelled · queued cancel cancelled · running cancel cancelled · paused cancel cancelled
  comparing cancel cancelled · estimating stop cancelled · queued stop cancelled · running stop cancelled
  paused stop cancelled · comparing stop cancelled
  estimating restart queued · running restart queued · comparing restart queued`;
const legal = new Map(
  LEGAL.split(/[·\n]/)
    .flatMap((text) => text.trim().match(/\w+ \w+ \w+/g) ?? [])
    .map((step) => step.split(' '))
    .map(([from, event, to]) => [`${from} ${event}`, to]),
);

it('takes exactly the legal steps, whatever happens in whatever order', () => {
  expect(legal.size).toBe(32);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 40 }), (events) => {
      let state: JobState = 'draft';
      for (const event of events) {
        const to = legal.get(`${state} ${event}`);
        if (to === undefined)
          expect(() => nextState(state, event, 'j')).toThrow(/^Job j is .* is not possible\./);
        else {
          expect(nextState(state, event, 'j')).toBe(to);
          state = nextState(state, event, 'j');
        }
      }
    }),
    { numRuns: 500 },
  );
  for (const state of STATES)
    for (const event of EVENTS) expect(JOB_STEPS[state][event]).toBe(legal.get(`${state} ${event}`));
});

it('offers exactly the actions that are legal', () => {
  for (const state of STATES)
    expect(actionsOf(state)).toEqual(JOB_ACTIONS.filter((action) => legal.has(`${state} ${action}`)));
});

it('reaches every state from a draft, and an end from every state', () => {
  const reached = new Set<string>(['draft']);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const [step, to] of legal) if (reached.has(step.split(' ')[0] ?? '')) reached.add(to ?? '');
  }
  expect([...reached].sort()).toEqual([...STATES].sort());
  expect(STATES.filter((state) => !isUnfinished(state)).sort()).toEqual(
    ['cancelled', 'discarded', 'draft', 'published', 'undone'].sort(),
  );
});

it('says what may be done instead', () => {
  expect(() => nextState('failed', 'approve', 'a1')).toThrow(
    'Job a1 is failed: approve is not possible. Possible: retry, discard.',
  );
  expect(() => nextState('undone', 'undo', 'a1')).toThrow('Nothing more can be done to it.');
});
