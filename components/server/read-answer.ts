/** The server refused: what is wrong and the way out, as it says. */
export class Refusal extends Error {
  readonly status: number;
  /** What is wrong as a word for programs; null where it has none. */
  readonly code: string | null;
  /** How long to wait before the next try; null where it does not say. */
  readonly waitSeconds: number | null;

  constructor(
    message: string,
    facts: {
      readonly status: number;
      readonly code: string | null;
      readonly waitSeconds: number | null;
    },
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = facts.status;
    this.code = facts.code;
    this.waitSeconds = facts.waitSeconds;
  }
}

/**
 * The body of an answer.
 *
 * @throws Refusal where the server, or something on the way to it, refused.
 */
export async function readAnswer<T>(response: Response): Promise<T> {
  const text = await response.text();
  const body = parsed(text) as
    | (T & { readonly error?: string; readonly remedy?: string; readonly code?: string })
    | undefined;
  if (response.ok && (body !== undefined || text === '')) return body as T;
  const wait = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const said = [body?.error, body?.remedy].filter((part) => typeof part === 'string').join('. ');
  throw new Refusal(said || `${response.status} ${response.statusText}`.trim(), {
    status: response.status,
    code: typeof body?.code === 'string' ? body.code : null,
    waitSeconds: Number.isFinite(wait) ? wait : null,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page: the status says what there is to say.
    return undefined;
  }
}
