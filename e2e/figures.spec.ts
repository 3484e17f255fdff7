import { expect } from '@playwright/test';
import type { OracleRow } from '../test/oracle.ts';
import { openLive, test } from './open-board.ts';
import { readFigures, type ScreenFigure } from './screen-figures.ts';
import { oracleToday } from './simulated-day.ts';

const DIMENSIONS = ['category', 'product', 'channel', 'payment_method', 'country'];

/** Collects the offset that belongs to each epoch while the page is watched. */
async function watchOffsets(url: string, signal: AbortSignal): Promise<Map<number, number>> {
  const offsets = new Map<number, number>();
  void (async () => {
    while (!signal.aborted) {
      const status = await (await fetch(`${url}/api/status`)).json();
      const [offset] = Object.values(status.offsets ?? {});
      offsets.set(status.epoch, Number(offset));
      await new Promise((again) => setTimeout(again, 30));
    }
  })().catch(() => undefined);
  return offsets;
}

function expectedValue(
  figure: ScreenFigure,
  total: OracleRow,
  by: Readonly<Record<string, readonly OracleRow[]>>,
) {
  if (figure.dimension === null) return total[figure.metric] ?? null;
  const key = figure.key === 'null' ? null : figure.key;
  const row = by[figure.dimension]?.find((candidate) => candidate[figure.dimension ?? ''] === key);
  return row?.[figure.metric] ?? null;
}

test('numbers on screen equal the oracle for the same events at the same epoch', async ({
  page,
  server,
  complaints,
}) => {
  await openLive(page, `${server.url}/`);
  const stop = new AbortController();
  const offsets = await watchOffsets(server.url, stop.signal);
  let compared = 0;
  for (let round = 0; round < 40 && compared < 3; round++) {
    await page.waitForTimeout(250);
    const figures = await readFigures(page);
    const epoch = figures.find(({ metric, dimension }) => metric === 'gmv' && dimension === null)?.epoch ?? 0;
    const offset = offsets.get(epoch);
    if (offset === undefined) continue;
    const { figures: total, by } = oracleToday(server.dataFolder, Date.now(), offset);
    const ofEpoch = figures.filter((figure) => figure.epoch === epoch);
    expect(ofEpoch.length).toBeGreaterThan(5);
    for (const figure of ofEpoch) {
      const name = `${figure.metric} of ${figure.dimension ?? 'the total'} ${figure.key} at epoch ${epoch}`;
      expect.soft(figure.value, name).toBe(expectedValue(figure, total, by));
    }
    compared++;
  }
  stop.abort();
  expect(compared).toBe(3);
  expect(complaints.all()).toEqual([]);
});
