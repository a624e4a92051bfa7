import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../harness/gateway.ts';
import { manage } from './harness/browser.ts';
import { openInterface, type OpenInterface } from './harness/openInterface.ts';
import { managementToken } from './harness/stage.ts';

let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;

beforeAll(async () => {
  opened = await openInterface();
  ({ gateway, page } = opened);
});
afterAll(() => opened.close());

test('a call from the form of its schema passes the checks and is logged', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/try?client=vscode&server=toolbox');
  await page.getByRole('button', { name: 'Start it' }).click();
  await page.getByLabel('Tool').selectOption('greet');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByText(/^This one is required/).waitFor();
  await page.getByLabel('name (required)').fill('Ada');
  await page.getByLabel('loud').selectOption('true');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByText('It answered').waitFor();
  const answer = page.getByRole('region', { name: 'Text 1 of the answer' });
  expect(JSON.parse((await answer.textContent()) ?? '')).toEqual({
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

test('a denial is shown as one, with its explanation', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/try?client=vscode&server=toolbox&tool=erase');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByRole('heading', { name: 'Denied' }).waitFor();
  await page.getByRole('button', { name: 'Why?' }).first().click();
  await page.getByRole('dialog').getByText('denies', { exact: true }).waitFor();
  const line = (await gateway.audit()).findLast(({ event }) => event === 'tool_authz');
  expect(line).toMatchObject({
    client_id: 'vscode',
    tool_name: 'erase',
    allowed: false,
    reason: 'tool_denied',
  });
});
