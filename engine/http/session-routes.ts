import type { Access } from '../access/open-access.ts';
import { GmvError } from '../errors.ts';
import { say } from '../protocol/sayings.ts';
import type { Session } from '../protocol/session.ts';
import { type Answer, failureAnswer, json } from './answer.ts';
import { addressGroup } from './client-address.ts';
import { parseBody, signInBody } from './job-bodies.ts';
import { checkParameters, positiveInteger } from './query-parameters.ts';
import { type Ask, question, type Route } from './route.ts';
import { endedCookie, sessionCookie } from './session-cookie.ts';

const LISTED = 100;
const MOST_LISTED = 10_000;

/** Signing in and out, and the list of who did what, which shows addresses and is for operators. */
export function sessionRoutes(access: Access): readonly Route[] {
  return [
    question('/api/session', ({ visitor }) => json(sessionOf(visitor))),
    {
      method: 'POST',
      path: '/api/session',
      needs: 'viewer',
      async answer(ask) {
        const { password } = parseBody(signInBody, ask.body);
        const outcome = await access.signIn({ password, address: addressGroup(ask.address) });
        if (outcome.kind === 'wrong_password')
          throw new GmvError('wrong_password', say('wrong_password'), say('try_again'));
        if (outcome.kind === 'wait') return tooManyTries(outcome.waitMs);
        const { sessionId } = outcome;
        const session = access.visitor({ sessionId, token: null });
        return { ...json(sessionOf(session)), headers: { 'Set-Cookie': sessionCookie(sessionId, ask) } };
      },
    },
    {
      method: 'DELETE',
      path: '/api/session',
      needs: 'operator',
      async answer(ask) {
        if (ask.sessionId !== null) await access.signOut(ask.sessionId);
        await access.note({ ...whoOf(ask), what: say('signed_out') });
        return { ...json(sessionOf(VIEWER)), headers: { 'Set-Cookie': endedCookie(ask) } };
      },
    },
    {
      method: 'GET',
      path: '/api/audit',
      needs: 'operator',
      async answer({ url: { searchParams: query } }) {
        checkParameters(query, ['limit']);
        const limit = query.get('limit') ?? String(LISTED);
        return json(await access.audit(positiveInteger('limit', limit, MOST_LISTED, 'number of lines')));
      },
    },
  ];
}

/** As the audit list names who asks. */
export const whoOf = ({ visitor, address }: Ask): { readonly actor: string; readonly from: string } => ({
  actor: visitor.actor ?? 'nobody',
  from: address,
});

function tooManyTries(waitMs: number): Answer {
  const seconds = Math.ceil(waitMs / 1000);
  const error = new GmvError('too_many_tries', say('too_many_passwords'), say('try_in', { seconds }));
  return { ...failureAnswer(error), headers: { 'Retry-After': String(seconds) } };
}

const VIEWER: Session = { role: 'viewer', csrf: null, endsAtMs: null };

const sessionOf = ({ role, csrf, endsAtMs }: Session): Session => ({ role, csrf, endsAtMs });
