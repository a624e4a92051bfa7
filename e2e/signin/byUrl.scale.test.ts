import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
  UnauthorizedError as UnauthorizedV2,
} from '@modelcontextprotocol/client';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuthorizationsAnswer } from '../../gateway/src/api/signIn/authorizations.ts';
import {
  homeOfProgram,
  urlPrograms,
  withConsent,
  type Consent,
  type Used,
} from '../harness/applications/urlClients.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { manage as ask, managementToken } from '../harness/management.ts';
import { fixture } from '../harness/servers.ts';
import { SignInState, signInClient } from '../harness/signInClient.ts';
import { manage, openPage, sharedBrowser } from '../ui/harness/browser.ts';

// Real clients that are given the URL of the gateway and nothing else. A person answers in Chromium.

const tool = 'plain__echo';
/** Longer than an access token is valid. */
const anHour = 61 * 60_000;
/** On SIGUSR2 an hour passes for the gateway; its timers go on as they were. */
const turnedClock = `const now = Date.now; let passed = 0; Date.now = () => now() + passed;
process.on('SIGUSR2', () => { passed += ${anHour}; process.stdout.write('an hour has passed\\n'); });`;

let gateway: TestGateway;
let page: Page;
beforeAll(async () => {
  const [started, browser] = await Promise.all([
    TestGateway.start(
      {
        lmcp: { oauth: true, management_token: managementToken },
        clients: { editor: { allow_servers: ['plain'] } },
        servers: { plain: fixture('plain-server.ts') },
      },
      { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(turnedClock)}` },
    ),
    sharedBrowser(),
  ]);
  gateway = started;
  ({ page } = await openPage(browser, gateway.origin));
  await manage(page, gateway.origin, managementToken, '/ui/');
});
afterAll(async () => {
  await page.context().close();
  await gateway[Symbol.asyncDispose]();
});

async function passAnHour(): Promise<void> {
  const hours = (): number => gateway.output.split('an hour has passed').length;
  const before = hours();
  gateway.process?.kill('SIGUSR2');
  await until('an hour has passed', () => hours() > before);
}

/** A person on the consent page; `opened` counts the pages. */
class Person {
  opened = 0;
  answer: 'Allow' | 'Deny' = 'Allow';

  readonly consent: Consent = async (url) => {
    this.opened++;
    expect(url.origin + url.pathname).toBe(`${gateway.origin}/ui/authorize`);
    await page.goto(url.href);
    const button = page.getByRole('button', { name: this.answer, exact: true });
    await button.waitFor();
    if (this.answer === 'Allow') await page.getByLabel('It acts as the client').selectOption('editor');
    await button.click();
    await page.waitForURL((at) => at.origin !== gateway.origin);
  };
}

type Use = (text: string, consent: Consent) => Promise<Used>;

/** A program that is installed, with a home folder of its own. */
async function program(name: keyof typeof urlPrograms): Promise<Use> {
  const home = await mkdtemp(join(gateway.folder, 'home-'));
  await homeOfProgram(home);
  const made = await urlPrograms[name]({ home, url: `${gateway.origin}/mcp` });
  return (text, consent) => withConsent(home, consent, () => made.use(tool, { text }));
}

/** An application that is written with an SDK: it waits on loopback for the answer of the browser. */
async function sdk(version: 'v1' | 'v2'): Promise<Use> {
  const answers: URL[] = [];
  const server = createServer((request, response) => {
    answers.push(new URL(request.url ?? '', 'http://127.0.0.1'));
    response.end('You can close this page.');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  const state = new SignInState(`SDK ${version}`, `http://127.0.0.1:${String(port)}/callback`);
  const url = `${gateway.origin}/mcp`;
  const connected = () => (version === 'v1' ? signInClient(url, state) : clientV2(url, state));
  return async (text, consent) => {
    let { client, transport } = connected();
    try {
      await client.connect(transport);
    } catch (error) {
      if (!(error instanceof UnauthorizedError || error instanceof UnauthorizedV2)) throw error;
      await consent(state.opened!);
      // The browser also asks for the icon of the page.
      const answered = answers
        .map(({ searchParams }) => searchParams)
        .findLast((of) => of.has('code') || of.has('error'))!;
      if (answered.has('error')) throw new Error(answered.get('error')!);
      await transport.finishAuth(answered.get('code')!, answered.get('iss')!);
      ({ client, transport } = connected());
      await client.connect(transport);
    }
    const { tools } = await client.listTools();
    const answer = await client.callTool({ name: tool, arguments: { text } });
    await client.close();
    return { tools: tools.map(({ name }) => name), answer: JSON.stringify(answer) };
  };
}

function clientV2(url: string, state: SignInState) {
  const transport = new TransportV2(new URL(url), { authProvider: state });
  return { client: new ClientV2({ name: 'application', version: '2' }), transport };
}

async function authorizations(): Promise<AuthorizationsAnswer['authorizations']> {
  const { body } = await ask<AuthorizationsAnswer>(gateway, managementToken, '/management/authorizations');
  return body.authorizations;
}

async function logged(): Promise<{ readonly steps: unknown[]; readonly calls: number }> {
  const lines = await gateway.audit();
  return {
    steps: lines.flatMap(({ event, detail }) =>
      event === 'client_authorization' && detail?.['step'] !== undefined ? [detail['step']] : [],
    ),
    calls: lines.filter(
      ({ event, tool_name: called, detail }) =>
        event === 'tool_result' && called === 'echo' && detail?.['outcome'] === 'ok',
    ).length,
  };
}

const clients: readonly (readonly [string, () => Promise<Use>])[] = [
  ['SDK v1', () => sdk('v1')],
  ['SDK v2', () => sdk('v2')],
  ['mcp-remote', () => program('mcp-remote')],
  ['Inspector CLI', () => program('Inspector CLI')],
];

test.each(clients)(
  '%s signs in by the URL alone, renews its token, and is denied once it is revoked',
  { timeout: 400_000 },
  async (_name, prepare) => {
    const before = await logged();
    const use = await prepare();
    const person = new Person();
    const expectUsed = async (text: string): Promise<void> => {
      const { tools, answer } = await use(text, person.consent);
      expect(tools).toContain(tool);
      expect(answer).toContain(text);
    };
    const newSteps = async (): Promise<unknown[]> => (await logged()).steps.slice(before.steps.length);

    await expectUsed('signed in');
    expect(person.opened).toBe(1);
    expect(await newSteps()).toEqual(['registered', 'approved', 'issued']);

    await passAnHour();
    await expectUsed('renewed');
    expect(person.opened).toBe(1);
    expect(await newSteps()).toEqual(['registered', 'approved', 'issued', 'renewed']);

    const [authorization, ...others] = await authorizations();
    expect([authorization?.client_id, others]).toEqual(['editor', []]);
    const path = `/management/authorizations/${authorization!.authorization_id}`;
    expect((await ask(gateway, managementToken, path, { method: 'DELETE' })).status).toBe(200);
    const { calls } = await logged();
    expect(calls).toBe(before.calls + 2);
    person.answer = 'Deny';
    await expect(use('revoked', person.consent)).rejects.toThrow();
    expect(person.opened).toBe(2);
    expect((await logged()).calls).toBe(calls);
    expect(await authorizations()).toEqual([]);
  },
);
