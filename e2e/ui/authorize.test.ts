import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';
import { SignInState, signInClient } from '../harness/signInClient.ts';
import {
  accessibilityProblems,
  closePages,
  sharedBrowser,
  openPage,
  overflow,
  screenshot,
  settled,
} from './harness/browser.ts';

let gateway: TestGateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([
    TestGateway.start({
      lmcp: { oauth: true },
      clients: { 'claude-code': { token: 'token-of-claude-0123456789', allow_servers: ['plain'] } },
      servers: { plain: fixture('plain-server.ts') },
    }),
    sharedBrowser(),
  ]);
});
afterAll(async () => {
  await closePages(browser);
  await gateway[Symbol.asyncDispose]();
});

/** A program that waits on loopback for the answer, as applications do. */
async function listen() {
  const answers: URL[] = [];
  const server = createServer((request, response) => {
    answers.push(new URL(request.url ?? '', 'http://127.0.0.1'));
    response.end('<!doctype html><title>done</title>You can close this page.');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/callback`,
    answers,
    [Symbol.dispose]: () => server.close(),
  };
}

async function asking(name: string, redirectUrl: string): Promise<SignInState> {
  const state = new SignInState(name, redirectUrl);
  const { client, transport } = signInClient(`${gateway.origin}/mcp`, state);
  await expect(client.connect(transport)).rejects.toThrow(UnauthorizedError);
  return state;
}

const link = async (): Promise<string> => (await gateway.cli('open', '--print')).stdout.trim();

test('a browser that is not signed in waits for lmcp open, goes on by itself, and lets the application in', async () => {
  using program = await listen();
  const state = await asking('Claude Code', program.url);
  const { page } = await openPage(browser, gateway.origin);
  await page.goto(state.opened!.href);
  await page.getByText('lmcp open').waitFor();
  const second = await page.context().newPage();
  await second.goto(await link());
  await page.getByText('Claude Code', { exact: true }).waitFor();
  expect(await page.getByLabel('It acts as the client').inputValue()).toBe('claude-code');
  await page.getByText(/all \d+ tools|tools are not known/).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText('You can close this page').waitFor();
  const [answer] = program.answers;
  await signInClient(`${gateway.origin}/mcp`, state).transport.finishAuth(answer!.searchParams.get('code')!);
  const { client, transport } = signInClient(`${gateway.origin}/mcp`, state);
  await client.connect(transport);
  expect((await client.listTools()).tools.length).toBeGreaterThan(0);
  await client.close();

  await second.goto(`${gateway.origin}/ui/clients/claude-code`);
  await second.getByRole('heading', { name: 'Authorized applications' }).waitFor();
  await second.getByRole('button', { name: 'Revoke' }).click();
  await second.getByText(/is signed out/).waitFor();
  expect(await second.getByRole('heading', { name: 'Authorized applications' }).count()).toBe(0);
  const denied = signInClient(`${gateway.origin}/mcp`, Object.assign(state, { opened: undefined }));
  await expect(denied.client.connect(denied.transport)).rejects.toThrow(UnauthorizedError);
  await page.context().close();
});

test('the consent page is readable, by keyboard, in both themes and widths; a new client starts without access', async () => {
  using program = await listen();
  const state = await asking('Ed\u202Eitor', program.url);
  const { page, complaints } = await openPage(browser, gateway.origin);
  await page.goto(await link());
  await page.getByRole('button', { name: /signed in/ }).waitFor();
  await page.goto(state.opened!.href);
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  await settled(page);
  // What cannot be seen in the name is shown.
  await page.getByText('U+202E').waitFor();
  for (const theme of ['light', 'dark']) {
    const other = page.getByRole('button', { name: theme === 'light' ? 'Light' : 'Dark' });
    if (await other.isVisible()) await other.click();
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      await screenshot(page, `authorize-${theme}-${String(width)}`);
      expect(await overflow(page)).toBe(0);
    }
    expect(await accessibilityProblems(page)).toEqual([]);
  }
  const id = page.getByLabel('Id of the new client');
  await id.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('editor');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('You can close this page').waitFor();
  expect(program.answers[0]?.searchParams.get('code')).toMatch(/^lmcp_ac_/);
  expect(
    complaints.filter((one) => !one.startsWith(`asked ${program.url}`) && !one.includes('favicon')),
  ).toEqual([]);
  await page.context().close();
});

test('denying tells the application, and a request that is not valid leads nowhere', async () => {
  using program = await listen();
  const state = await asking('Editor', program.url);
  const { page } = await openPage(browser, gateway.origin);
  await page.goto(await link());
  await page.getByRole('button', { name: /signed in/ }).waitFor();
  await page.goto(state.opened!.href);
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByText('You can close this page').waitFor();
  expect(program.answers[0]?.searchParams.get('error')).toBe('access_denied');

  const forged = new URL(state.opened!);
  forged.searchParams.set('redirect_uri', 'https://evil.example/');
  await page.goto(forged.href);
  await page.getByText('The request can’t be answered').waitFor();
  expect(await page.getByRole('button', { name: 'Allow' }).count()).toBe(0);
  await page.goto(`${gateway.origin}/ui/authorize`);
  await page.getByText('No application is asking').waitFor();
  await page.context().close();
});
