import { expect, test } from 'vitest';
import type { ServerStatus } from '../../engine/protocol/status.ts';
import { type ConnectionFacts, connectionState, isDimmed, STALE_AFTER_MS } from './connection.ts';

const status = (live: ServerStatus['live']): ServerStatus => ({
  runId: 'a',
  source: 'simulator',
  live,
  lagMs: 20,
  epoch: 7,
  eventsPerSecond: 50,
  counts: { rows: 0, applied: 0, duplicates: 0, conflicts: 0, late: 0, rejected: 0, rejectedBy: {} },
  replay: null,
  stream: null,
  restarts: 0,
  problem: null,
});

const facts: ConnectionFacts = {
  connected: true,
  everConnected: true,
  status: status('live'),
  figures: 'current',
  silentMs: 0,
};

test.each([
  ['no socket yet', { connected: false, everConnected: false }, 'connecting'],
  ['the socket is lost', { connected: false }, 'reconnecting'],
  ['the socket is open but says nothing of itself yet', { status: null, figures: 'none' }, 'connecting'],
  ['the socket is open again but says nothing of itself yet', { status: null }, 'reconnecting'],
  ['figures are of a run that is over', { figures: 'superseded', status: status('starting') }, 'renewing'],
  [
    'they still are while the new run replays',
    { figures: 'superseded', status: status('catching_up') },
    'renewing',
  ],
  ['a new run that fails', { figures: 'superseded', status: status('failed') }, 'failed'],
  ['frames come', {}, 'live'],
  ['nothing is published yet', { status: status('starting'), figures: 'none', silentMs: 60_000 }, 'starting'],
  ['figures come before the status that tells of them', { status: status('starting') }, 'catching_up'],
  ['what is there is replayed', { status: status('catching_up') }, 'catching_up'],
  ['frames stop', { silentMs: STALE_AFTER_MS + 1 }, 'stale'],
  ['frames are a little slow', { silentMs: STALE_AFTER_MS }, 'live'],
  ['the engine says that it is stalled', { status: status('stalled'), silentMs: 60_000 }, 'stalled'],
  ['the engine has failed', { status: status('failed'), silentMs: 60_000 }, 'failed'],
  ['the socket is lost after a failure', { connected: false, status: status('failed') }, 'reconnecting'],
] as const)('%s', (_, change, expected) => {
  expect(connectionState({ ...facts, ...change })).toBe(expected);
});

test('only figures that may be older than they look are dimmed', () => {
  expect((['reconnecting', 'renewing', 'stale', 'stalled', 'failed'] as const).map(isDimmed)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect((['connecting', 'starting', 'catching_up', 'live'] as const).map(isDimmed)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
