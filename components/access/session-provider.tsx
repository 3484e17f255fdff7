'use client';

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { Session } from '../../engine/protocol/session.ts';
import { useConnection } from '../live/use-live.ts';
import { fetchJson } from '../server/fetch-json.ts';
import { Refusal } from '../server/read-answer.ts';
import { changeJson } from './change-json.ts';
import { SignInDialog } from './sign-in-dialog.tsx';

export interface SessionState {
  /** Null until the server has said who asks. */
  readonly session: Session | null;
  readonly isOperator: boolean;
  /** Opens the dialog; whoever is signed in already sees nothing. */
  askToSignIn(): void;
  signOut(): Promise<void>;
  /**
   * Posts a change, with the session's proof. Where the server no longer knows the session, this page learns it, too.
   *
   * @throws Refusal with what the server says is wrong.
   */
  change<T>(path: string, body: object, signal?: AbortSignal): Promise<T>;
}

const SessionContext = createContext<SessionState | null>(null);

const PATH = '/api/session';
/** Longer timers would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Knows who is signed in, for everything below. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [session, setSession] = useState<Session | null>(null);
  const [asked, setAsked] = useState(false);
  const connection = useConnection();
  const isHeard = connection !== 'connecting' && connection !== 'reconnecting';

  const learn = useCallback(() => {
    fetchJson<Session>(PATH, new AbortController().signal)
      .then(setSession)
      // Asked again once the connection is back; until then it stays as it was known.
      .catch((error: unknown) => console.warn('who is signed in is not known', error));
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a server that is back may have forgotten the session.
  useEffect(learn, [isHeard]);

  // Somebody may have signed in or out in another window.
  useEffect(() => {
    const seen = () => document.visibilityState === 'visible' && learn();
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [learn]);

  useEffect(() => {
    if (session?.endsAtMs == null) return;
    const timer = setTimeout(learn, Math.min(LONGEST_TIMER_MS, session.endsAtMs - Date.now() + 1000));
    return () => clearTimeout(timer);
  }, [session, learn]);

  const csrf = session?.csrf ?? null;
  const state = useMemo<SessionState>(
    () => ({
      session,
      isOperator: session?.role === 'operator',
      askToSignIn: () => setAsked(true),
      async signOut() {
        await changeJson<unknown>({ path: PATH, method: 'DELETE', csrf });
        learn();
      },
      async change<T>(path: string, body: object, signal?: AbortSignal) {
        try {
          return await changeJson<T>({ path, method: 'POST', body, csrf, signal });
        } catch (error) {
          if (error instanceof Refusal && (error.status === 401 || error.status === 403)) learn();
          throw error;
        }
      },
    }),
    [session, csrf, learn],
  );

  return (
    <SessionContext value={state}>
      {children}
      {asked && session?.role !== 'operator' && (
        <SignInDialog
          signIn={async (password) => {
            await changeJson<unknown>({ path: PATH, method: 'POST', body: { password }, csrf: null });
            setSession(await fetchJson<Session>(PATH, new AbortController().signal));
            setAsked(false);
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </SessionContext>
  );
}

/** @throws Error outside of a page's frame. */
export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (!state) throw new Error('useSession needs a SessionProvider above it: stand inside the PageFrame');
  return state;
}
