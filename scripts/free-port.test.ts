import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { freePort } from './free-port.mjs';

test('a port that was given is not given again while its process runs, though nobody listens there yet', async () => {
  const port = await freePort();
  const script = `
    import crypto from 'node:crypto';
    import { syncBuiltinESMExports } from 'node:module';
    const drawn = [${port}, ${port}, 0];
    const draw = crypto.randomInt;
    crypto.randomInt = (low, beyond) => drawn.shift() || draw(low, beyond);
    syncBuiltinESMExports();
    const { freePort } = await import(${JSON.stringify(new URL('./free-port.mjs', import.meta.url).href)});
    console.log(await freePort());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeGreaterThanOrEqual(10_240);
  expect(Number(stdout)).not.toBe(port);
});
