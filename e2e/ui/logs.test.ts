import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manage as ask } from '../harness/management.ts';
import { manage, screenshot } from './harness/browser.ts';
import { useInterface } from './harness/openInterface.ts';
import { managementToken } from './harness/stage.ts';

const ui = useInterface();
const secret = 'tr0ub4dor-and-3-secret';

/** Answers `initialize` and lists; writes each line of its file to stderr as it is added, and noise to stdout. */
const program = `
import { readFileSync, watchFile } from 'node:fs';
import { createInterface } from 'node:readline';
const file = process.argv[2];
let written = 0;
const write = () => {
  const lines = readFileSync(file, 'utf8').split('\\n').filter(Boolean);
  for (const line of lines.slice(written)) process.stderr.write(line + '\\n');
  written = lines.length;
};
process.stdout.write('Listening, but not for JSON\\n');
write();
watchFile(file, { interval: 50 }, write);
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (id === undefined) return;
  const result = method === 'initialize'
    ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'writer', version: '1' } }
    : { tools: [] };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
}).on('close', () => process.exit(0));
`;

test('the log of a server: times, both outputs, following, search, download, few nodes, also at 360 px', async () => {
  const { page, gateway } = ui;
  const [script, file] = [join(gateway.folder, 'writer.mjs'), join(gateway.folder, 'writer.txt')];
  const old = Array.from(
    { length: 3_000 },
    (_, at) => `line ${at} of the past ${'and more '.repeat(at % 7)}`,
  );
  await writeFile(script, program);
  await writeFile(
    file,
    `${[...old, `token is ${secret}`, 'tab\tbell\u0007 \u001B[31mred\u001B[0m'].join('\n')}\n`,
  );
  const writer = {
    transport: 'stdio',
    command: process.execPath,
    args: [script, file],
    env: { API_TOKEN: secret },
  };
  const patch = { servers: { writer } };
  const { body } = await ask(gateway, managementToken, '/registry/apply', { body: { patch } });
  expect(body).toMatchObject({ applied: true });
  await manage(page, gateway.origin, managementToken, '/ui/servers/writer?tab=logs');
  await page.getByRole('button', { name: /^(Start|Restart)$/ }).click();

  const log = page.getByRole('region', { name: 'Log of the server' });
  await log.getByText('token is •••').waitFor();
  await log.getByText('red', { exact: false }).last().waitFor();
  expect(await log.textContent()).toContain('U+0007');
  expect(await log.textContent()).not.toContain('U+001B');
  await page.getByText(/^3,0\d\d lines since LMCP started/).waitFor();
  expect(await log.locator('li').count()).toBeLessThan(80);
  expect(await log.locator('time').last().textContent()).toMatch(/^\d\d:\d\d:\d\d$/);

  // It follows what is added.
  await writeFile(file, `${await readFile(file, 'utf8')}the newest line\n`);
  await log.getByText('the newest line').waitFor();

  // At another place nothing moves, and what is new is counted.
  await log.press('Home');
  const follow = page.getByRole('button', { name: 'Follow' });
  await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
  await expect.poll(() => log.locator('li').first().textContent()).toContain('Starting');
  const first = await log.locator('li').first().textContent();
  await writeFile(file, `${await readFile(file, 'utf8')}still newer\n`);
  const fresh = page.getByRole('button', { name: '1 new' });
  await fresh.waitFor();
  expect(await log.locator('li').first().textContent()).toBe(first);
  await fresh.click();
  await log.getByText('still newer').waitFor();

  await page.getByRole('combobox', { name: 'Output' }).selectOption('stdout');
  await log.getByText('Listening, but not for JSON').waitFor();
  await page.getByRole('combobox', { name: 'Output' }).selectOption('all');
  await page.getByRole('searchbox', { name: 'Search the log' }).fill('LINE 2999 OF');
  await page.getByText(/^1 line of 3,0\d\d since/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('writer.log');
  expect(await readFile(await download.path(), 'utf8')).toMatch(
    /^[\d-]+ [\d:.]+ stderr #1: line 2999 of .*\n$/,
  );
  await page.getByRole('searchbox', { name: 'Search the log' }).fill('');

  for (const width of [1440, 768, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await log.getByText('still newer').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    for (const theme of ['light', 'dark']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      await log.scrollIntoViewIfNeeded();
      await screenshot(page, `logs-${String(width)}-${theme}`);
    }
  }
});
