import type { Messages } from '../messages/en.ts';

export type ReasonFamily = keyof Messages['letters']['reasons'];

/** `malformed:amount_minor` → what kind of reason it is, and the column that it names. */
export function familyOfReason(
  reason: string,
  reasons: Messages['letters']['reasons'],
): { readonly family: ReasonFamily; readonly column: string } {
  const colon = reason.indexOf(':');
  const name = colon === -1 ? reason : reason.slice(0, colon);
  const family = Object.hasOwn(reasons, name) ? (name as ReasonFamily) : 'other';
  return { family, column: colon === -1 ? '' : reason.slice(colon + 1) };
}

/** What to type to send the letters with this reason again. */
export function resendCommand({
  reason,
  topic,
}: {
  readonly reason: string;
  readonly topic: string;
}): string {
  return `npm run -s gmv -- dead-letters resend --reason ${quoted(reason)} --topic ${quoted(topic)} --dry-run`;
}

/** As shells take it. */
function quoted(text: string): string {
  return /^[\w:./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
