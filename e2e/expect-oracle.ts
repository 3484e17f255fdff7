import { expect, type Page } from '@playwright/test';
import type { ServerStatus } from '../engine/protocol/status.ts';
import type { LiveServer } from './live-server.ts';
import { readFigures, type ScreenFigure } from './screen-figures.ts';
import { type OracleDay, type SimulatedOracle, simulatedOracle } from './simulated-day.ts';

/** On a connection of its own: one that is kept may be closed by the server just as the next question goes out. */
export const ask = (url: string): Promise<Response> => fetch(url, { headers: { connection: 'close' } });

/** Notes how many rows each epoch had taken, until it is told to stop. */
function watchRows(url: string): { readonly rowsAt: ReadonlyMap<number, number>; stop(): Promise<void> } {
  const rowsAt = new Map<number, number>();
  let watching = true;
  const watched = (async () => {
    while (watching) {
      const status = (await (await ask(`${url}/api/status`)).json()) as ServerStatus;
      rowsAt.set(status.epoch, status.counts.rows);
      await new Promise((again) => setTimeout(again, 25));
    }
  })();
  return {
    rowsAt,
    stop() {
      watching = false;
      return watched;
    },
  };
}

/** What the oracle says of a figure; undefined where it can't tell. */
export function expectedOf(oracle: SimulatedOracle | null, today: OracleDay, figure: ScreenFigure): unknown {
  const { metric, dimension, key } = figure;
  if (dimension === null) return today.figures[metric];
  if (dimension === 'day' && Number(key) !== today.startMs) return oracle?.past(Number(key))?.[metric];
  if (dimension === 'day') return today.figures[metric];
  // An hour that is still to come has no events.
  const row = today.by[dimension]?.get(key);
  return row ? row[metric] : dimension === 'hour' ? 0 : 'no such key';
}

/**
 * Takes all figures of today from the page at `epochs` instants, and further ones until those of `names`
 * (`metric by dimension`) were among them, and expects each to equal the oracle's for the events that its epoch had taken.
 */
export async function expectOracle(
  page: Page,
  server: LiveServer,
  { epochs, names = [] }: { readonly epochs: number; readonly names?: readonly string[] },
): Promise<void> {
  const watch = watchRows(server.url);
  const oracle = simulatedOracle(server.dataFolder);
  const compared = new Set<string>();
  const done = new Set<number>();
  const lacking = () => ({
    epochs: Math.max(0, epochs - done.size),
    names: names.filter((name) => !compared.has(name)),
  });
  await expect
    .poll(
      async () => {
        const figures = await readFigures(page);
        const epoch = figures.find(({ metric }) => metric === 'gmv')?.epoch ?? 0;
        const rows = watch.rowsAt.get(epoch);
        if (rows === undefined || done.has(epoch)) return lacking();
        done.add(epoch);
        const today = oracle.today(Date.now(), rows);
        for (const figure of figures.filter((candidate) => candidate.epoch === epoch)) {
          const expected = expectedOf(oracle, today, figure);
          if (expected === undefined) continue;
          const name = `${figure.metric} by ${figure.dimension ?? 'nothing'}`;
          compared.add(name);
          const where = `${name}, ${figure.key}, epoch ${epoch}, ${rows} rows`;
          expect.soft(figure.value, where).toBe(expected);
        }
        return lacking();
      },
      { timeout: 120_000, intervals: [200] },
    )
    .toEqual({ epochs: 0, names: [] });
  await watch.stop();
}
