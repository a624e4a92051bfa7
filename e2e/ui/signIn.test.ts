import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { closePages, manage, openPage, sharedBrowser } from './harness/browser.ts';
import { managementToken, startGateway } from './harness/stage.ts';

let gateway: TestGateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(false), sharedBrowser()]);
});
afterAll(async () => {
  await closePages(browser);
  await gateway[Symbol.asyncDispose]();
});

const link = async (): Promise<string> => (await gateway.cli('open', '--print')).stdout.trim();

test('a link signs the browser in, new tabs too, and signing out ends all of them', async () => {
  const { page, complaints } = await openPage(browser, gateway.origin);
  const url = await link();
  await page.goto(url);
  const signedIn = page.getByRole('button', { name: /signed in/ });
  await signedIn.waitFor();
  expect(page.url()).toBe(`${gateway.origin}/ui/`);
  expect(await page.context().cookies()).toEqual([]);

  const second = await page.context().newPage();
  await second.goto(`${gateway.origin}/ui/clients`);
  await second.getByRole('link', { name: /^vscode/ }).waitFor();
  const token = 'sessionStorage.getItem("lmcp.management-token")';
  expect(await second.evaluate(token)).toBe(await page.evaluate(token));
  expect(complaints).toEqual([]);

  await page.goto(url);
  await signedIn.click();
  await second.getByText('requires the management token').waitFor();
  expect(await second.evaluate(token)).toBeNull();
  await page.context().close();
});

test('a link that was used says so and signs nobody in', async () => {
  const url = await link();
  const first = await openPage(browser, gateway.origin);
  await first.page.goto(url);
  await first.page.getByRole('button', { name: /signed in/ }).waitFor();
  const other = await openPage(browser, gateway.origin);
  await other.page.goto(url);
  await other.page.getByText('run `lmcp open` again').waitFor();
  expect(await other.page.getByRole('button', { name: /signed in/ }).count()).toBe(0);
  await first.page.context().close();
  await other.page.context().close();
});

test('the management token is not handed to other tabs', async () => {
  await using managed = await startGateway();
  const { page } = await openPage(browser, managed.origin);
  await manage(page, managed.origin, managementToken, '/ui/');
  const second = await page.context().newPage();
  await second.goto(`${managed.origin}/ui/`);
  await second.getByRole('button', { name: /sign in to manage/ }).waitFor();
  // Asked again, the first tab answers this listener after its own, so the mark comes last.
  await page.evaluate(`{
    const channel = new BroadcastChannel('lmcp.session');
    channel.onmessage = () => channel.postMessage({ kind: 'ended', token: 'mark' });
  }`);
  const heard = await second.evaluate(`new Promise((resolve) => {
    const channel = new BroadcastChannel('lmcp.session');
    const all = [];
    channel.onmessage = ({ data }) => (all.push(data), data.token === 'mark' && resolve(all));
    channel.postMessage({ kind: 'asked' });
  })`);
  expect(heard).toEqual([{ kind: 'ended', token: 'mark' }]);
  expect(await second.evaluate('JSON.stringify(sessionStorage)')).not.toContain(managementToken);
  await page.context().close();
});
