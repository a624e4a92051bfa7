import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { manage as ask } from '../harness/management.ts';
import { everything, fixture } from '../harness/servers.ts';
import { manage } from './harness/browser.ts';
import { openInterface, type OpenInterface } from './harness/openInterface.ts';
import { managementToken, toolboxTools, writeTools } from './harness/stage.ts';

let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;

const plan = {
  name: 'plan',
  description: 'Plans a trip',
  inputSchema: {
    type: 'object',
    properties: {
      from: { $ref: '#/$defs/place' },
      stops: { type: 'array', items: { type: 'object', properties: { city: { type: 'string' } } } },
      mode: { enum: ['train', 'bus'] },
      by: {
        oneOf: [
          {
            type: 'object',
            properties: { kind: { const: 'date' }, day: { type: 'string' } },
            required: ['day'],
          },
          { type: 'object', properties: { kind: { const: 'hours' }, hours: { type: 'integer' } } },
        ],
      },
      people: { type: 'integer', default: 2 },
    },
    required: ['from'],
    $defs: { place: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  },
};

beforeAll(async () => {
  opened = await openInterface(async (started) => {
    await writeTools(started, [...toolboxTools, plan]);
    const servers = {
      everything: everything(),
      plain: fixture('plain-server.ts'),
      untemplated: fixture('odd/odd-server.ts', 'no templates'),
    };
    const clients = { vscode: { allow_servers: ['toolbox', 'everything', 'plain', 'untemplated'] } };
    const applied = await ask(started, managementToken, '/registry/apply', {
      body: { patch: { servers, clients } },
    });
    expect(applied.body).toMatchObject({ applied: true });
    for (const id of ['toolbox', 'everything', 'plain']) {
      await ask(started, managementToken, `/management/servers/${id}/refresh`, { body: {} });
    }
  });
  ({ gateway, page } = opened);
});
afterAll(() => opened.close());

const open = (query: string) =>
  manage(page, gateway.origin, managementToken, `/ui/try?client=vscode&${query}`);
const send = (name = 'Call') => page.getByRole('button', { name, exact: true }).click();
const shown = (name: string) => page.getByRole('region', { name, exact: true });
const success = () => page.getByRole('heading', { name: 'Success' }).waitFor();

test('a call from the form of its schema passes the checks and is logged', async () => {
  await open('server=toolbox&tool=greet');
  await page.getByText('"vscode" may call').waitFor();
  await send();
  await page.getByText('This one is required.').waitFor();
  await page.getByLabel('name (required)').fill('Ada');
  await page.getByLabel('loud').selectOption('true');
  await send();
  await success();
  expect(JSON.parse((await shown('Text 1 of the answer').textContent()) ?? '')).toEqual({
    tool: 'greet',
    name: 'Ada',
    times: 2,
    loud: true,
  });
  const steps = page.getByRole('region', { name: 'The answer' }).getByRole('listitem');
  expect((await steps.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual([
    'Server access',
    'Tool policy',
    'Forwarded',
    'Result',
  ]);
  const line = (await gateway.audit()).findLast(({ event }) => event === 'tool_authz');
  expect(line).toMatchObject({
    client_id: 'vscode',
    tool_name: 'greet',
    allowed: true,
    detail: { via: 'management' },
  });
  // The log shows that the client itself did not call.
  await page.goto(`${gateway.origin}/ui/activity?q=client%3Avscode`);
  await page.getByText('playground', { exact: true }).first().waitFor();
});

test('nested objects, lists and alternatives are filled in, and are in the JSON and back without loss', async () => {
  await open('server=toolbox&tool=plan');
  await page.getByLabel('city (required)').fill('Paris');
  await page.getByRole('button', { name: 'Add to stops' }).click();
  await page.getByRole('group', { name: 'stops 1' }).getByLabel('city').fill('Lyon');
  await page.getByLabel('mode').selectOption('bus');
  await page.getByLabel('by', { exact: true }).selectOption({ label: 'kind: hours' });
  await page.getByLabel('hours', { exact: true }).fill('3');
  await page.getByRole('button', { name: 'As JSON' }).click();
  const json = page.getByLabel('Arguments as JSON');
  const written = JSON.parse(await json.inputValue()) as Record<string, unknown>;
  const wanted = {
    from: { city: 'Paris' },
    people: 2,
    stops: [{ city: 'Lyon' }],
    mode: 'bus',
    by: { kind: 'hours', hours: 3 },
  };
  expect(written).toEqual(wanted);
  await json.fill(JSON.stringify({ ...written, extra: { deep: [1] } }));
  await page.getByRole('button', { name: 'As a form' }).click();
  await page.getByLabel('extra', { exact: true }).waitFor();
  expect(await page.getByRole('group', { name: 'stops 1' }).getByLabel('city').inputValue()).toBe('Lyon');
  await send();
  await success();
  expect(JSON.parse((await shown('Text 1 of the answer').textContent()) ?? '')).toEqual({
    tool: 'plan',
    ...wanted,
    extra: { deep: [1] },
  });
});

test('a denial is told before the call, and shown as one', async () => {
  await open('server=toolbox&tool=erase');
  await page.getByText('"vscode" may not call').waitFor();
  await send();
  await page.getByRole('heading', { name: 'Denied' }).waitFor();
  await page.getByRole('button', { name: 'Why?' }).first().click();
  await page.getByRole('dialog').getByText('denies', { exact: true }).waitFor();
  const line = (await gateway.audit()).findLast(({ event }) => event === 'tool_authz');
  expect(line).toMatchObject({ tool_name: 'erase', allowed: false, reason: 'tool_denied' });
});

test('images, links and structured content of a published server are shown, and nothing is fetched', async () => {
  await open('server=everything&tool=get-tiny-image');
  await send();
  const image = page.getByRole('img', { name: /^Image/ });
  await image.waitFor();
  const width = () => page.evaluate<number>(`document.querySelector('figure img').naturalWidth`);
  await expect.poll(width).toBeGreaterThan(0);
  await page.getByLabel('Tool', { exact: true }).selectOption('get-structured-content');
  await page.getByLabel('location', { exact: false }).selectOption({ index: 1 });
  await send();
  await shown('Structured content').waitFor();
  expect(JSON.parse((await shown('Structured content').textContent()) ?? '')).toHaveProperty('temperature');
  await page.getByLabel('Tool', { exact: true }).selectOption('get-resource-links');
  await send();
  await page
    .getByText(/^demo:\/\/resource/)
    .first()
    .waitFor();
});

test('prompts and resources are listed and read as the client', async () => {
  await open('server=everything&kind=prompts&tool=args-prompt');
  await page.getByLabel(/^city/).fill('Paris');
  await page.getByRole('button', { name: 'Get prompt' }).click();
  await success();
  await shown('Text 1 of the answer').getByText('Paris').waitFor();
  await page.getByLabel('What').selectOption('resources');
  await page.getByLabel('Resource').selectOption({ index: 0 });
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await success();
  await shown('Text 2 of the answer').waitFor();
  const read = (await gateway.audit()).findLast(({ detail }) => detail?.['method'] === 'resources/read');
  expect(read).toMatchObject({ client_id: 'vscode', detail: { via: 'management' } });
});

test('a server with resources and without templates has no problem', async () => {
  await open('server=untemplated&kind=resources');
  await page.getByLabel('Resource').getByRole('option', { name: 'one' }).waitFor({ state: 'attached' });
  expect(await page.getByText('What it offers could not be read').count()).toBe(0);
});

test('progress is shown while a call runs, and cancelling it reaches the server', async () => {
  await open('server=plain&tool=slow');
  const name = page.getByLabel('Name of another member');
  await name.fill('ms');
  await page.getByRole('button', { name: 'Add member' }).click();
  await page.getByLabel('ms', { exact: true }).fill('6000');
  await send();
  await page.getByText('1 of 2').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled. The server was notified.').waitFor();
  const outcome = async () =>
    (await gateway.audit()).findLast(
      ({ event, tool_name }) => event === 'tool_result' && tool_name === 'slow',
    );
  await expect.poll(outcome).toMatchObject({ detail: { outcome: 'cancelled', via: 'management' } });
});

test('the request can be copied as a command without the token', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open('server=toolbox&tool=erase');
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('Copied').waitFor();
  const text = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(text).toContain('-H "X-Lmcp-Token: $LMCP_TOKEN"');
  expect(text).toContain('"params":{"name":"erase","arguments":{}}');
});
