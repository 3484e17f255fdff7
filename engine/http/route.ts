import type { Visitor } from '../access/open-access.ts';
import type { Role } from '../protocol/session.ts';
import type { Answer } from './answer.ts';

/** A request that may be answered: who asks was made sure of. */
export interface Ask {
  readonly url: URL;
  /** Parsed JSON, checked by nobody yet; null where the route takes none. */
  readonly body: unknown;
  readonly visitor: Visitor;
  /** Of the session's cookie; null without one. */
  readonly sessionId: string | null;
  /** The client's, as lists of what was done show it. */
  readonly address: string;
  /** Whether the browser came by HTTPS, and by which port of the host's name. */
  readonly https: boolean;
  readonly port: string;
}

/** One row of the table of all that is answered beside pages. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** The role that it takes. */
  readonly needs: Role;
  answer(ask: Ask): Answer | Promise<Answer>;
}

/** A question that anyone may ask. */
export const question = (path: string, answer: Route['answer']): Route => ({
  method: 'GET',
  path,
  needs: 'viewer',
  answer,
});
