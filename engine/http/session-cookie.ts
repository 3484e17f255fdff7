/** How a browser reaches this server: what its cookies must fit. */
export interface Reached {
  readonly https: boolean;
  /** Of the address that it shows; empty for the scheme's own. */
  readonly port: string;
}

/** The server ends sessions by itself: a cookie only must not outlive the longest. */
const MAX_AGE_SECONDS = 30 * 24 * 3600;

/**
 * By HTTPS `__Host-` makes browsers refuse one that another host or a page without TLS set (RFC 6265bis, 4.1.3). It
 * takes Secure, which by HTTP no browser keeps for a host's name (tried: Chromium 156), and for 127.0.0.1 some only:
 * Chromium does, Safari doesn't. Cookies don't know ports, so two servers on one machine need names of their own.
 */
function cookieName({ https, port }: Reached): string {
  return `${https ? '__Host-' : ''}gmv_session${port === '' ? '' : `_${port}`}`;
}

/** The `Set-Cookie` that begins a session. */
export function sessionCookie(sessionId: string, reached: Reached): string {
  return cookieText(reached, sessionId, MAX_AGE_SECONDS);
}

/** The `Set-Cookie` that takes it away. */
export function endedCookie(reached: Reached): string {
  return cookieText(reached, '', 0);
}

/** The session's id of a `Cookie` header; null without one. */
export function sessionOfCookies(header: string | undefined, reached: Reached): string | null {
  const name = cookieName(reached);
  const values = (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  // Two of one name: one of them was not set here.
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w-]{43}$/.test(value) ? value : null;
}

function cookieText(reached: Reached, value: string, maxAge: number): string {
  const secure = reached.https ? '; Secure' : '';
  return `${cookieName(reached)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
}
