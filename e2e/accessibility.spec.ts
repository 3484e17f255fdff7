import { expect } from '@playwright/test';
import { findViolations } from './find-violations.ts';
import { openLive, test } from './open-board.ts';

for (const path of ['/', '/wall']) {
  for (const theme of ['dark', 'light']) {
    test(`axe finds nothing serious on ${path} in the ${theme} theme`, async ({ page, server }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await openLive(page, `${server.url}${path}?theme=${theme}`);
      expect((await findViolations(page)).filter(({ isSerious }) => isSerious)).toEqual([]);
    });
  }
}
