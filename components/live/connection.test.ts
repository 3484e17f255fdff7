import { expect, test } from 'vitest';
import type { ServerStatus } from '../../engine/protocol/status.ts';
import {
  BEHIND_AFTER_MS,
  type ConnectionFacts,
  connectionState,
  isDimmed,
  QUIET_AFTER_MS,
  STALE_AFTER_MS,
} from './connection.ts';

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
  parity: null,
  quietMs: 0,
  threads: [],
  restarts: 0,
  problem: null,
});

const following = (
  stream: Partial<NonNullable<ServerStatus['stream']>>,
  change: Partial<ServerStatus> = {},
): ServerStatus => ({
  ...status('live'),
  stream: {
    lagRecords: 0,
    lagMs: 0,
    partitions: [],
    checkpoint: { ageMs: null, tookMs: 0, stallMs: 0, bytes: 0 },
    lateDays: [],
    notes: [],
    problem: null,
    interrupted: false,
    ...stream,
  },
  ...change,
});
const away = { interrupted: true, problem: 'no broker answers' };

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
  ['a stream is followed', { status: following({}) }, 'live'],
  ['the stream can’t be read', { status: following(away) }, 'interrupted'],
  ['it can’t be read since the start', { status: following(away, { live: 'catching_up' }) }, 'interrupted'],
  ['something else than reading fails', { status: following({ problem: 'the disk is full' }) }, 'live'],
  ['nothing is read, nor pushed', { status: following(away), silentMs: STALE_AFTER_MS + 1 }, 'stale'],
  ['records wait for long', { status: following({ lagRecords: 9, lagMs: BEHIND_AFTER_MS + 1 }) }, 'behind'],
  ['records wait a little', { status: following({ lagRecords: 9, lagMs: BEHIND_AFTER_MS }) }, 'live'],
  ['no order comes', { status: following({}, { quietMs: QUIET_AFTER_MS + 1 }) }, 'quiet'],
  [
    'no order is counted, but records wait',
    { status: following({ lagRecords: 9 }, { quietMs: QUIET_AFTER_MS + 1 }) },
    'live',
  ],
  ['the simulator gives nothing', { status: { ...status('live'), quietMs: QUIET_AFTER_MS + 1 } }, 'live'],
  ['the socket is lost after a failure', { connected: false, status: status('failed') }, 'reconnecting'],
] as const)('%s', (_, change, expected) => {
  expect(connectionState({ ...facts, ...change })).toBe(expected);
});

test('only figures that may be older than they look are dimmed', () => {
  const old = ['reconnecting', 'renewing', 'interrupted', 'quiet', 'stale', 'stalled', 'failed'] as const;
  const current = ['connecting', 'starting', 'catching_up', 'behind', 'live'] as const;
  expect(old.filter((state) => !isDimmed(state))).toEqual([]);
  expect(current.filter(isDimmed)).toEqual([]);
});
