import type { Page } from 'playwright';
import { until } from '../../harness/gateway.ts';
import type { Outcome } from '../attempt.ts';
import { inPage, leaving } from '../pageScripts.ts';
import { visited, type Attacked, type PlaceAttempt } from './stage.ts';

const place = 'web page';
const paths = ['/auth-check', '/events', '/status', '/mcp', '/ui/index.html'];

/** An address of the gateway with valid credentials, as a literal of JavaScript. */
const address = ({ gateway }: Attacked, path: string, host = '127.0.0.1', scheme = 'http'): string => {
  const query = new URLSearchParams({ client_id: visited.id, token: visited.token });
  return JSON.stringify(`${scheme}://${host}:${gateway.port}${path}?${query.toString()}`);
};

/**
 * A script in a page of another site. The browser reports each answer that it got, also where the page can't see it; what was let
 * in would have left a line of its client.
 */
const run = (what: string, script: (on: Attacked) => string): PlaceAttempt => [
  place,
  what,
  async (on) => {
    const before = await letIn(on);
    const page = await openPage(on);
    const seen: string[] = [];
    const note = (url: string, what: string): void => {
      if (new URL(url).port === String(on.gateway.port)) seen.push(what);
    };
    page.on('response', (answer) => note(answer.url(), String(answer.status())));
    page.on('requestfailed', (request) => note(request.url(), 'blocked by the browser'));
    const said = String(await page.evaluate(script(on)).catch((error: unknown) => error));
    await until('the browser tells', () => seen.length > 0 || /rejected|closed/.test(said), 3_000).catch(
      () => undefined,
    );
    await page.close();
    return outcome([...seen, ...(own.test(said) ? [said] : [])], (await letIn(on)) > before);
  },
];

async function openPage({ browser, site }: Attacked): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`http://evil.example:${site.port}/page`);
  return page;
}

/** What the scripts below say of themselves. */
const own = /^(?:read|rejected|open|closed|taken)$/;

/** How often the page's client was let in. */
async function letIn({ gateway }: Attacked): Promise<number> {
  const lines = await gateway.audit();
  return lines.filter(({ client_id: client, allowed }) => client === visited.id && allowed === true).length;
}

function outcome(seen: readonly string[], isLetIn: boolean): Outcome {
  const answered = seen.find((one) => /^(?:[123]\d\d|read|open|taken)$/.test(one));
  return {
    through: isLetIn || answered !== undefined,
    by: isLetIn ? 'its client was let in' : seen.join(', '),
  };
}

/** What a page that a user of the machine visits tries, in a real browser, with a client's credentials. */
export const pageAttempts: readonly PlaceAttempt[] = [
  ...Object.entries(inPage).flatMap(([name, script]) =>
    paths.map((path) => run(`${name} of ${path}`, (on) => script(address(on, path)))),
  ),
  ...Object.entries(leaving).flatMap(([name, script]) =>
    paths
      // A person may follow a link to the interface.
      .filter((path) => name !== 'a navigation' || !path.startsWith('/ui'))
      .map((path) => run(`leaves by ${name} to ${path}`, (on) => script(address(on, path)))),
  ),
  ...['0.0.0.0', 'localhost', '[::1]', 'evil.example'].map((host) =>
    run(
      `reads /status at ${host}`,
      (on) => `fetch(${address(on, '/status', host)}).then(() => 'read', () => 'rejected')`,
    ),
  ),
  run(
    'opens a WebSocket',
    (on) => `new Promise((resolve) => {
      const socket = new WebSocket(${address(on, '/mcp', '127.0.0.1', 'ws')});
      socket.onopen = () => resolve('open');
      socket.onclose = () => resolve('closed');
    })`,
  ),
  run(
    'guesses the management token',
    (on) =>
      `fetch(${address(on, '/registry/view')}, { headers: { 'X-Lmcp-Management-Token': 'guess' } }).then(() => 'read', () => 'rejected')`,
  ),
];
