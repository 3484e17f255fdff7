import { type Failure, failureOf, GmvError } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';
import { threadError } from './thread-error.ts';

/** A call across a thread: one argument, plain data there and back. */
export interface Call {
  readonly kind: 'call';
  readonly id: number;
  readonly name: string;
  readonly ask: unknown;
}

export type Answer =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly failure: Failure };

/** The caller's side of an interface whose functions take one argument and give a promise. */
export interface Caller<Api> {
  readonly api: Api;
  /** Takes an answer; false for another message. */
  take(message: { readonly kind: string }): boolean;
  /** The other side is there: calls go to `post`. Null: it is gone, and calls that wait for it are refused. */
  attach(post: ((call: Call, move: readonly ArrayBuffer[]) => void) | null): void;
}

export interface CallerOptions {
  /** Of the thread that answers, for errors. */
  readonly thread: string;
  /** Buffers in a call's argument that are moved, not copied. Default: none. */
  readonly buffersOf?: (name: string, ask: unknown) => readonly ArrayBuffer[];
}

/**
 * Makes an object whose functions are answered elsewhere. Each rejects with the GmvError that the other side threw, or
 * with `restarting` where that side is gone.
 */
export function createCaller<Api extends object>(options: CallerOptions): Caller<Api> {
  const { thread, buffersOf = () => [] } = options;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let post: Parameters<Caller<Api>['attach']>[0] = null;
  let nextId = 0;

  const call = (name: string, ask: unknown): Promise<unknown> => {
    if (!post) return Promise.reject(restarting(thread));
    const id = nextId++;
    const send = post;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      send({ kind: 'call', id, name, ask }, buffersOf(name, ask));
    });
  };

  return {
    // A promise that gives the object asks it for `then`.
    api: new Proxy({} as Api, {
      get: (_, name) =>
        typeof name === 'string' && name !== 'then' ? (ask: unknown) => call(name, ask) : undefined,
    }),
    take(message) {
      if (!isAnswer(message)) return false;
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer') asked?.resolve(message.value);
      else asked?.reject(threadError(thread, message.failure));
      return true;
    },
    attach(to) {
      post = to;
      for (const { reject } of waiting.values()) reject(restarting(thread));
      waiting.clear();
    },
  };
}

const isAnswer = (message: { readonly kind: string }): message is Answer =>
  (message.kind === 'answer' || message.kind === 'refused') && 'id' in message;

/** Answers a call by the function of that name; what it throws goes back as data. */
export async function answerCall(api: object, { id, name, ask }: Call): Promise<Answer> {
  try {
    const answer: unknown = Object.hasOwn(api, name) ? Reflect.get(api, name) : undefined;
    if (typeof answer !== 'function') throw new TypeError(`there is no ${name} to be called`);
    return { kind: 'answer', id, value: await answer(ask) };
  } catch (error) {
    return { kind: 'refused', id, failure: failureOf(error) };
  }
}

/** Code of the error for a thread that isn't there at the moment. */
export const RESTARTING = 'restarting';

export const restarting = (thread: string): GmvError =>
  new GmvError(RESTARTING, say('thread_starting', { thread }), say('try_in_a_moment'), { retriable: true });
