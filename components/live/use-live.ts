'use client';

import { useContext, useEffect, useSyncExternalStore } from 'react';
import type { JobSummary } from '../../engine/protocol/jobs.ts';
import type { ViewRefusal } from '../../engine/protocol/socket-events.ts';
import type { BoardInfo, ServerStatus } from '../../engine/protocol/status.ts';
import { type Row, type ViewMeta, type ViewSpec, viewId } from '../../engine/protocol/view.ts';
import type { ConnectionState } from './connection.ts';
import type { HeldJob } from './job-store.ts';
import { emptySnapshot, type LiveSnapshot } from './live-client.ts';
import { LiveContext } from './live-provider.tsx';
import { viewEpoch } from './live-store.ts';

const nothing = () => () => {};

function useSnapshot<T>(select: (snapshot: LiveSnapshot) => T): T {
  const client = useContext(LiveContext);
  return useSyncExternalStore(
    client?.subscribe ?? nothing,
    () => select(client?.snapshot() ?? emptySnapshot),
    () => select(emptySnapshot),
  );
}

/** What a tile shows: rows of its spec, and the epoch at which they are exact. */
export interface ViewFigures {
  readonly spec: ViewSpec;
  readonly meta: ViewMeta;
  readonly rows: readonly Row[];
  readonly epoch: number;
}

/**
 * Subscribes to a view for as long as the component is mounted; `null` until its snapshot is there, and of no view. All
 * views on a page change in the same render, because one frame changes the store once.
 */
export function useView(spec: ViewSpec | null): ViewFigures | null {
  const client = useContext(LiveContext);
  const id = spec && viewId(spec);
  useEffect(() => (id === null ? undefined : client?.want(JSON.parse(id) as ViewSpec)), [client, id]);
  const view = useSnapshot((snapshot) => (id === null ? undefined : snapshot.figures.views.get(id)));
  const epoch = useSnapshot((snapshot) => (view ? viewEpoch(snapshot.figures, view) : 0));
  return view ? { spec: view.spec, meta: view.meta, rows: view.rows, epoch } : null;
}

/** Whether today is still being replayed for a view that somebody shows. */
export function useReplaying(spec: ViewSpec): boolean {
  const id = viewId(spec);
  return useSnapshot((snapshot) => snapshot.figures.views.get(id)?.meta.filtered?.replaying ?? false);
}

/** Why the server refuses a view, if it does. */
export function useRefusal(spec: ViewSpec): ViewRefusal | null {
  const id = viewId(spec);
  return useSnapshot((snapshot) => snapshot.refused.get(id) ?? null);
}

export function useStatus(): ServerStatus | null {
  return useSnapshot((snapshot) => snapshot.status);
}

/** The status, with every partition of the stream for as long as the component is mounted. */
export function useStatusWithPartitions(): ServerStatus | null {
  const client = useContext(LiveContext);
  useEffect(() => client?.watchPartitions(), [client]);
  return useStatus();
}

export function useInfo(): BoardInfo | null {
  return useSnapshot((snapshot) => snapshot.info);
}

export function useConnection(): ConnectionState {
  return useSnapshot((snapshot) => snapshot.connection);
}

/** Event time up to which everything has been seen; epoch ms. */
export function useWatermark(): number | null {
  return useSnapshot((snapshot) => snapshot.figures.watermarkMs);
}

/** Latest event time applied; epoch ms. */
export function useDataTo(): number | null {
  return useSnapshot((snapshot) => snapshot.figures.dataToMs);
}

/** All jobs, the newest first, for as long as the component is mounted; null until they are there. */
export function useJobs(): readonly JobSummary[] | null {
  const client = useContext(LiveContext);
  useEffect(() => client?.watchJobs('list'), [client]);
  return useSnapshot((snapshot) => snapshot.jobs);
}

/** One job with its units and its log, for as long as the component is mounted; null until it is there. */
export function useJob(id: string): HeldJob | null {
  const client = useContext(LiveContext);
  useEffect(() => client?.watchJobs({ job: id }), [client, id]);
  const job = useSnapshot((snapshot) => snapshot.job);
  return job?.id === id ? job : null;
}
