import { join } from 'node:path';
import { expect } from '@playwright/test';
import { layLetters } from '../test/dead-letters/lay-letters.ts';
import { createLiveServer } from './live-server.ts';
import { test } from './open-board.ts';

const MANY = 50;

test('a server that goes away is said, and the list comes back with it', async ({ page }) => {
  const letters = await createLiveServer(0);
  try {
    await layLetters(join(letters.dataFolder, 'live'), {
      'orders/0': Array.from({ length: MANY }, (_, offset) => ({ offset, value: '{', reason: 'not_json' })),
    });
    await letters.start();
    await page.goto(`${letters.url}/dead-letters?lang=en`);
    const rows = page.getByRole('row').filter({ has: page.getByRole('cell') });
    await expect(rows).toHaveCount(MANY);
    await letters.stop('SIGKILL');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByRole('alert').first()).toBeVisible();
    await expect(rows).toHaveCount(MANY);
    await letters.start();
    await expect(page.getByText('The letters can’t be read')).toHaveCount(0, { timeout: 120_000 });
    await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'live', { timeout: 120_000 });
  } finally {
    await letters.discard();
  }
});
