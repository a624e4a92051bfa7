import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inPage, inServiceWorker, leaving } from '../attack/pageScripts.ts';
import { Site } from '../attack/stage.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';

const executablePath = '/usr/bin/firefox-esr';
const owner = callerNamed('owner');
const paths = ['/auth-check', '/events', '/status', '/mcp', '/ui/index.html'];
let gateway: TestGateway;
let site: Site;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(executablePath))
    throw new Error(`${executablePath} is missing: apt-get install firefox-esr`);
  [gateway, site, browser] = await Promise.all([
    TestGateway.start({ clients: { owner: { token: owner.token, allow_servers: [] } } }),
    Site.open(),
    // Names that Firefox itself resolves to loopback.
    puppeteer.launch({
      ...{ browser: 'firefox', executablePath, headless: true, timeout: 120_000 },
      extraPrefsFirefox: { 'network.dns.localDomains': 'evil.example' },
    }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

/** With valid credentials, as a literal of JavaScript. */
const address = (path: string, host = '127.0.0.1', scheme = 'http'): string => {
  const query = new URLSearchParams({ client_id: owner.id, token: owner.token });
  return JSON.stringify(`${scheme}://${host}:${gateway.port}${path}?${query.toString()}`);
};

/** What the scripts say of how it ended. */
const outcomes = new Set<unknown>(['open', 'closed', 'read', 'rejected']);

/** Runs a script in a page of another site; gives the statuses that the gateway answered to it, and what the script said. */
async function attempt(
  script: string,
  from = 'evil.example',
): Promise<{ statuses: number[]; said: unknown }> {
  const page: Page = await browser.newPage();
  const statuses: number[] = [];
  let failed = 0;
  // The page of an answer asks for its icon.
  const ours = (url: string): boolean => {
    const { port, pathname } = new URL(url);
    return port === String(gateway.port) && pathname !== '/favicon.ico';
  };
  page.on('response', (answer) => {
    if (ours(answer.url())) statuses.push(answer.status());
  });
  page.on('requestfailed', (request) => {
    if (ours(request.url())) failed++;
  });
  await page.goto(`http://${from}:${site.port}/page`);
  const before = await rejections();
  const said: unknown = await page.evaluate(script).catch(() => undefined);
  await until(
    'it is rejected',
    async () => statuses.length + failed > 0 || (await rejections()) > before || outcomes.has(said),
  );
  await page.close();
  return { statuses, said };
}

async function rejections(): Promise<number> {
  const lines = (await gateway.audit()).filter(({ reason }) => reason === 'origin_not_allowed');
  return lines.reduce((sum, { detail }) => sum + Number(detail?.['count'] ?? 1), 0);
}

const staying = Object.entries(inPage).flatMap(([name, script]) =>
  paths.map((path) => ({ name, path, script })),
);

test.each(staying)('$name of $path gives a page of another site nothing', async ({ path, script }) => {
  const { statuses } = await attempt(script(address(path)));
  expect(statuses.filter((status) => status !== 403)).toEqual([]);
});

const left = Object.entries(leaving).flatMap(([name, script]) =>
  paths.map((path) => ({ name, path, script })),
);

test.each(left)(
  'a page may leave by $name to $path for the interface alone',
  async ({ name, path, script }) => {
    const { statuses } = await attempt(script(address(path)));
    const allowed = name === 'a navigation' && path === '/ui/index.html';
    expect(statuses.filter((status) => status !== 403).length > 0).toBe(allowed);
  },
);

const otherNames = ['0.0.0.0', 'localhost', '[::1]'];

test.each(otherNames)('%s gives a page nothing either', async (host) => {
  const { statuses, said } = await attempt(
    `fetch(${address('/status', host)}).then(() => 'read', () => 'rejected')`,
  );
  expect([statuses.filter((status) => status !== 403), said]).toEqual([[], 'rejected']);
});

const elsewhere = Object.entries(inPage).flatMap(([name, script]) =>
  otherNames.map((host) => ({ name, host, script })),
);

test.each(elsewhere)('$name of $host gives a page of another site nothing', async ({ host, script }) => {
  const { statuses } = await attempt(script(address('/status', host)));
  expect(statuses.filter((status) => status !== 403)).toEqual([]);
});

// A service worker needs a page that browsers trust: one of localhost, at another port.
test.each(['127.0.0.1', ...otherNames])(
  'a service worker of another port reads nothing at %s',
  async (host) => {
    const { statuses, said } = await attempt(inServiceWorker(address('/status', host)), 'localhost');
    expect([statuses.filter((status) => status !== 403), said]).toEqual([[], 'rejected']);
  },
);

test('a WebSocket of another site is not opened', async () => {
  const { said } = await attempt(`new Promise((resolve) => {
    const socket = new WebSocket(${address('/mcp', '127.0.0.1', 'ws')});
    socket.onopen = () => resolve('open');
    socket.onclose = () => resolve('closed');
  })`);
  expect(said).toBe('closed');
});

test('none of it was let in, each was counted, and the owner still is', async () => {
  const answer = await fetch(`${gateway.origin}/auth-check`, { headers: credentialsOf(owner) });
  expect(answer.status).toBe(200);
  const lines = await gateway.audit();
  expect(lines.filter(({ event, allowed }) => event === 'client_auth' && allowed === true)).toHaveLength(1);
  await until('all are logged', async () => (await rejections()) >= staying.length, 90_000);
});
