import type { Failure } from '../../errors.ts';
import type { ComputedDay } from '../../history/staging.ts';
import type { TaskReport, TaskRequest } from './replay-task.ts';

/** What a pooled unit thread is started with: tasks come as messages, one at a time. */
export interface PooledThread {
  readonly pooled: true;
  /** Where it puts days into files; null: it posts their figures. */
  readonly staging: string | null;
}

/** To a pooled unit thread, besides `stop`. */
export type ToTaskThread =
  | { readonly kind: 'run'; readonly request: TaskRequest; readonly pace: SharedArrayBuffer | null }
  | { readonly kind: 'day-taken' }
  /** The task is to end; its `done` or `task-failed` still comes. */
  | { readonly kind: 'cancel' };

/** From a pooled unit thread. Every `day` is answered; a few may be on their way. */
export type FromTaskThread =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'day'; readonly day: ComputedDay }
  | { readonly kind: 'done'; readonly report: TaskReport }
  | { readonly kind: 'task-failed'; readonly failure: Failure }
  /** Its priority could not be lowered. */
  | { readonly kind: 'priority'; readonly problem: string };
