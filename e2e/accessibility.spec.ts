import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { openLive, test } from './open-board.ts';

for (const path of ['/', '/wall']) {
  for (const theme of ['dark', 'light']) {
    test(`axe finds nothing serious on ${path} in the ${theme} theme`, async ({ page, server }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await openLive(page, `${server.url}${path}?theme=${theme}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const found = serious.map(({ id, nodes }) => ({
        id,
        targets: nodes.map(({ target }) => target.join(' ')),
      }));
      expect(found).toEqual([]);
    });
  }
}
