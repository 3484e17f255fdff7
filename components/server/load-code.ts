/** Between two tries; ms. */
const AGAIN_MS = 1000;

/**
 * Loads code after the first paint, again and again until it is there: the server may go away between a page and its
 * code. Gives the call after which nothing is loaded nor used any more.
 */
export function loadCode<T>(load: () => Promise<T>, use: (code: T) => void): () => void {
  let gone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = (): void => {
    load().then(
      (code) => {
        if (!gone) use(code);
      },
      (error: unknown) => {
        if (gone) return;
        console.warn('code of this page could not be loaded, and is asked for again', error);
        timer = setTimeout(ask, AGAIN_MS);
      },
    );
  };
  ask();
  return () => {
    gone = true;
    clearTimeout(timer);
  };
}
