import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inPage, inServiceWorker, leaving } from '../attack/pageScripts.ts';
import { Site } from '../attack/stage.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { launchChromium } from '../ui/harness/browser.ts';

const owner = callerNamed('owner');
let gateway: TestGateway;
let browser: Browser;
let site: Site;

beforeAll(async () => {
  [gateway, site, browser] = await Promise.all([
    TestGateway.start({ clients: { owner: { token: owner.token, allow_servers: [] } } }),
    Site.open(),
    launchChromium(['--host-resolver-rules=MAP evil.example 127.0.0.1']),
  ]);
});
afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

const paths = ['/auth-check', '/events', '/status', '/mcp', '/ui/index.html'];

/** Opens a page of a name; `outcomes` has what the gateway answered to its attempts, where a page is told. */
async function from(host: string): Promise<{ page: Page; outcomes: Map<string, number> }> {
  const page = await browser.newPage();
  const outcomes = new Map<string, number>();
  await page.goto(`http://${host}:${site.port}/page`);
  const note = (url: string, outcome: number): void => {
    const { port, searchParams } = new URL(url);
    const attempt = searchParams.get('attempt');
    if (port === String(gateway.port) && attempt !== null) outcomes.set(attempt, outcome);
  };
  page.on('response', (response) => note(response.url(), response.status()));
  return { page, outcomes };
}

/** How many requests of other sites' pages the gateway has rejected so far: one line each, or counted in one. */
async function rejectedPages(): Promise<number> {
  const lines = (await gateway.audit()).filter(({ reason }) => reason === 'origin_not_allowed');
  return lines.reduce((sum, { detail }) => sum + Number(detail?.['count'] ?? 1), 0);
}

/** With valid credentials, as a string of script. */
const addressed = (path: string, attempt: string, host = '127.0.0.1'): string => {
  const query = new URLSearchParams({ client_id: owner.id, token: owner.token, attempt });
  return JSON.stringify(`http://${host}:${gateway.port}${path}?${query.toString()}`);
};

test('whatever a page of another site or port loads or sends is rejected, on every route', async () => {
  const attempts = Object.entries(inPage).flatMap(([name, script]) =>
    paths.map((path) => ({ attempt: `${name} ${path}`, script, path })),
  );
  // At the same time: past the limit each rejection is answered a second late.
  const pages = await Promise.all(['evil.example', '127.0.0.1', 'localhost'].map(from));
  const before = await rejectedPages();
  await Promise.all(
    pages.map(async ({ page }) => {
      for (const { attempt, script, path } of attempts) await page.evaluate(script(addressed(path, attempt)));
    }),
  );
  const rejected = async (): Promise<number> => (await rejectedPages()) - before;
  await until('each is rejected', async () => (await rejected()) >= attempts.length * pages.length, 60_000);
  for (const { page, outcomes } of pages) {
    expect([...outcomes].filter(([, outcome]) => outcome !== 403)).toEqual([]);
    await page.close();
  }
});

test('a page of another origin may leave for the interface, and for nothing else', async () => {
  for (const [name, script] of Object.entries(leaving)) {
    for (const path of paths) {
      const { page, outcomes } = await from('evil.example');
      await page.evaluate(script(addressed(path, name)));
      await until('it is answered', () => outcomes.size > 0);
      const allowed = name === 'a navigation' && path === '/ui/index.html';
      expect([name, path, outcomes.get(name)]).toEqual([name, path, allowed ? 200 : 403]);
      await page.close();
    }
  }
});

test('a WebSocket of another origin is not opened, and no service worker of it is taken from here', async () => {
  const { page } = await from('evil.example');
  const socket = `new Promise((resolve) => {
    const socket = new WebSocket('ws://127.0.0.1:${gateway.port}/mcp');
    socket.onopen = () => resolve('open');
    socket.onclose = () => resolve('closed');
  })`;
  expect(await page.evaluate(socket)).toBe('closed');
  const other = await from('localhost');
  const worker = `navigator.serviceWorker.register(${addressed('/ui/index.html', 'worker')}).then(() => 'taken', () => 'rejected')`;
  expect(await other.page.evaluate(worker)).toBe('rejected');
  await Promise.all([page.close(), other.page.close()]);
});

const otherNames = ['0.0.0.0', 'localhost', '[::1]'];

test('0.0.0.0 and the other names of loopback give a page nothing either', async () => {
  for (const host of otherNames) {
    const { page, outcomes } = await from('evil.example');
    for (const [name, script] of Object.entries(inPage))
      await page.evaluate(script(addressed('/status', name, host)));
    const outcome = `fetch(${addressed('/status', host, host)}).then(() => 'read', () => 'rejected')`;
    expect([host, await page.evaluate(outcome)]).toEqual([host, 'rejected']);
    expect([...outcomes.values()].filter((outcome) => outcome !== 403)).toEqual([]);
    await page.close();
  }
});

test('a service worker of a page at another port reads nothing', async () => {
  const { page } = await from('localhost');
  for (const host of ['127.0.0.1', ...otherNames]) {
    const said = await page.evaluate(inServiceWorker(addressed('/status', 'worker', host)));
    expect([host, said]).toEqual([host, 'rejected']);
  }
  await page.close();
});

test('all of this used up nothing of what the owner has, and none of it was allowed', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const answer = await fetch(`${gateway.origin}/auth-check`, { headers: credentialsOf(owner) });
      return answer.status;
    }),
  );
  expect(statuses).toEqual(Array<number>(10).fill(200));
  const abort = new AbortController();
  const viewers = await Promise.all(
    Array.from({ length: 40 }, () => fetch(`${gateway.origin}/events`, { signal: abort.signal })),
  );
  expect(viewers.map(({ status }) => status)).toEqual(Array<number>(40).fill(200));
  abort.abort();
  const wrong = await fetch(`${gateway.origin}/status`, { headers: { 'X-Lmcp-Management-Token': 'wrong' } });
  expect(wrong.status).toBe(403);
  const lines = await gateway.audit();
  expect(lines.filter(({ event, allowed }) => event === 'client_auth' && allowed === true)).toHaveLength(10);
  expect(lines.filter(({ reason }) => reason === 'origin_not_allowed').length).toBeGreaterThan(0);
  expect(lines.at(-1)?.event).toBe('management_auth');
});
