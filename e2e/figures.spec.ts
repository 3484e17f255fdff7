import { expect } from '@playwright/test';
import type { ServerStatus } from '../engine/protocol/status.ts';
import { openLive, test } from './open-board.ts';
import { readFigures, type ScreenFigure } from './screen-figures.ts';
import { type OracleDay, oracleToday } from './simulated-day.ts';

/** Notes how many rows each epoch had taken, as long as it is asked to. */
function watchRows(url: string): { readonly rowsAt: ReadonlyMap<number, number>; stop(): Promise<void> } {
  const rowsAt = new Map<number, number>();
  let watching = true;
  const watched = (async () => {
    while (watching) {
      const status = (await (await fetch(`${url}/api/status`)).json()) as ServerStatus;
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

function figureOf({ figures, by }: OracleDay, { metric, dimension, key }: ScreenFigure): unknown {
  if (dimension === null) return figures[metric];
  const row = by[dimension]?.find((candidate) => String(candidate[dimension]) === key);
  return row?.[metric];
}

test('numbers on screen equal the oracle for the same events at the same epoch', async ({
  page,
  server,
  complaints,
}) => {
  await openLive(page, `${server.url}/`);
  const watch = watchRows(server.url);
  const seen = new Set<string>();
  const epochs = new Set<number>();
  while (epochs.size < 3) {
    await page.waitForTimeout(200);
    const figures = await readFigures(page);
    const epoch = figures.find(({ metric }) => metric === 'gmv')?.epoch ?? 0;
    const rows = watch.rowsAt.get(epoch);
    if (rows === undefined || epochs.has(epoch)) continue;
    epochs.add(epoch);
    const expected = oracleToday(server.dataFolder, Date.now(), rows);
    for (const figure of figures.filter((candidate) => candidate.epoch === epoch)) {
      const name = `${figure.metric} by ${figure.dimension ?? 'nothing'}`;
      seen.add(name);
      expect.soft(figure.value, `${name}, ${figure.key}, epoch ${epoch}`).toBe(figureOf(expected, figure));
    }
  }
  await watch.stop();
  console.log([...seen].sort().join(', '));
  expect(complaints.all()).toEqual([]);
});
