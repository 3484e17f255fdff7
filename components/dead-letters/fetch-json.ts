/** The server's answer, or an error with what it says is wrong. */
export async function fetchJson<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal });
  const body = (await response.json()) as T & { readonly error?: string; readonly remedy?: string };
  if (!response.ok) throw new Error(`${body.error}. ${body.remedy}`);
  return body;
}
