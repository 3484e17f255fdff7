import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Whether the browser spoke TLS to this server, or to the proxy before it. */
export const isHttps = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean =>
  firstOf(headers['x-forwarded-proto']) === 'https' || 'encrypted' in socket;

/**
 * Whether a page of this server asks, or a program, which sends no origin. Another site's page can't leave its
 * origin out, nor choose the headers that name the host.
 */
export function isSameOrigin(request: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (isHttps(request) && from.protocol !== 'https:') return false;
  return from.host === host || from.host === firstOf(request.headers['x-forwarded-host']);
}

/** What browsers say of how the page that asks is related to this server (Fetch Metadata, W3C). */
export function isSameSiteFetch(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}

/** Of a list that each proxy added to, the client's own. */
function firstOf(header: string | readonly string[] | undefined): string | undefined {
  const text = typeof header === 'string' ? header : header?.[0];
  return text?.split(',')[0]?.trim();
}
