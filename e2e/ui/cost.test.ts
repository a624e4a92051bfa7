import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { manage, settled } from './harness/browser.ts';
import { useInterface } from './harness/openInterface.ts';
import { managementToken } from './harness/stage.ts';

const ui = useInterface();

/** The page with one `Accept-Encoding`, or with none: its coding and its bytes. */
async function fetchPage(accepted?: string): Promise<[coding: string | undefined, body: Buffer]> {
  return new Promise((resolve, reject) => {
    const headers = accepted === undefined ? {} : { 'Accept-Encoding': accepted };
    request(`${ui.gateway.origin}/ui/`, { headers }, (response) => {
      expect(response.headers.vary).toBe('Accept-Encoding');
      buffer(response).then((body) => resolve([response.headers['content-encoding'], body]), reject);
    })
      .on('error', reject)
      .end();
  });
}

test('files are served in the smallest content coding that the request accepts', async () => {
  const [none, plain] = await fetchPage();
  expect(none).toBeUndefined();
  for (const accepted of ['identity', 'zstd', 'br;q=0', 'br;q=0.0, gzip; q=0']) {
    expect(await fetchPage(accepted)).toEqual([undefined, plain]);
  }
  for (const accepted of ['br', 'gzip, deflate, br, zstd', 'GZIP;q=0.5, BR;q=0.1']) {
    const [coding, body] = await fetchPage(accepted);
    expect([accepted, coding, brotliDecompressSync(body).equals(plain)]).toEqual([accepted, 'br', true]);
  }
  for (const accepted of ['gzip', 'br;q=0, gzip']) {
    const [coding, body] = await fetchPage(accepted);
    expect([accepted, coding, gunzipSync(body).equals(plain)]).toEqual([accepted, 'gzip', true]);
  }
});

test('the first load takes at most 110 KB of scripts', async () => {
  await ui.page.goto(`${ui.gateway.origin}/ui/`);
  await settled(ui.page);
  const sizes = await ui.page.evaluate<number[]>(
    `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).map((one) => one.encodedBodySize)`,
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(20 * 1024);
  expect(total).toBeLessThan(110 * 1024);
});

test.each(['', 'activity', 'access', 'servers', 'clients', 'changes', 'changes/file', 'settings', 'try'])(
  'an idle page asks at most 6 times a minute: /ui/%s',
  async (path) => {
    const { page, gateway } = ui;
    await page.clock.install();
    await manage(page, gateway.origin, managementToken, `/ui/${path}`);
    await settled(page);
    let requests = 0;
    const count = (): void => {
      requests += 1;
    };
    page.on('request', count);
    // What the page loads and what came before it (the replay of events) take real time, which its clock does not show: the
    // first minutes may hold some of it.
    for (let minute = 0; minute < 6 && (minute === 0 || requests > 6); minute += 1) {
      requests = 0;
      await page.clock.runFor(60_000);
      await settled(page);
    }
    page.off('request', count);
    expect(requests).toBeGreaterThan(0);
    expect(requests).toBeLessThanOrEqual(6);
  },
);
