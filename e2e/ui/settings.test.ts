import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { accessibilityProblems, manage, screenshot, settled } from './harness/browser.ts';
import { useInterface } from './harness/openInterface.ts';
import { codex, managementToken, vscode } from './harness/stage.ts';

const ui = useInterface();
const fileText = (): Promise<string> => readFile(ui.gateway.registryPath, 'utf8');
const open = (path: string): Promise<void> => manage(ui.page, ui.gateway.origin, managementToken, path);

describe('settings', () => {
  test('a port becomes a pending change that says when it takes effect', async () => {
    const { page } = ui;
    await open('/ui/settings');
    await page.getByLabel('Port', { exact: true }).fill('7999');
    await page.getByLabel('Port', { exact: true }).blur();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('With the next start: lmcp.port').waitFor();
    await page.getByRole('button', { name: 'Discard all' }).click();
  });

  test('TLS becomes one pending change, whose problems are told before it is applied', async () => {
    const { page } = ui;
    await open('/ui/settings');
    expect(await page.getByLabel('Client certificates', { exact: true }).isDisabled()).toBe(true);
    const certificate = page.getByLabel('Certificate file');
    await certificate.fill('tls/missing.pem');
    await certificate.blur();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('key_file is missing').waitFor();
    await open('/ui/settings');
    await certificate.fill('');
    await certificate.blur();
    await page.getByText('pending change').waitFor({ state: 'hidden' });
  });

  test('tells the size of the log, what is left of the disk, and the tokens without their values', async () => {
    const { page } = ui;
    await open('/ui/settings');
    const tokens = page.getByRole('table');
    await tokens.getByRole('row', { name: /codex/ }).waitFor();
    expect(await tokens.getByRole('row').count()).toBe(4);
    await page.getByText(/iB in 1 file, [\d,]+ lines/).waitFor();
    await page.getByText(/iB of .*iB/).waitFor();
    await page.getByText('How to archive the log').click();
    await page.getByText('LMCP never deletes, renames or shortens').waitFor();
    const shown = await page.locator('main').innerText();
    for (const secret of [managementToken, vscode.token, codex.token]) expect(shown).not.toContain(secret);
    await screenshot(page, 'settings-open');
  });

  test('a secret is set, is never shown, and is removed', async () => {
    const { page } = ui;
    await open('/ui/settings');
    await page.getByLabel('Name of the secret').fill('API_KEY');
    await page.getByLabel('Value of the secret').fill('value-of-the-secret');
    await page.getByRole('button', { name: 'Set secret' }).click();
    await page.getByText('from secrets.yaml').waitFor();
    expect(await page.content()).not.toContain('value-of-the-secret');
    expect(await page.getByLabel('Value of the secret').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Remove secret API_KEY' }).click();
    await page.getByText('from secrets.yaml').waitFor({ state: 'hidden' });
  });
});

describe('the registry as YAML', () => {
  let original: string;

  beforeEach(async () => {
    await open('/ui/changes/file');
    await editor().waitFor();
    const discard = ui.page.getByRole('button', { name: 'Discard edit' });
    if (await discard.isEnabled()) await discard.click();
    original = await fileText();
  });

  const editor = () => ui.page.getByRole('textbox', { name: 'Registry as YAML' });
  const typeAfter = async (line: string, text: string): Promise<void> => {
    await editor().getByText(line, { exact: false }).first().click();
    await ui.page.keyboard.press('End');
    await ui.page.keyboard.insertText(text);
  };
  const apply = async (): Promise<void> => {
    await ui.page.getByRole('button', { name: 'Apply…' }).click();
    await ui.page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click();
    await ui.page
      .getByText(/^Applied:/)
      .last()
      .waitFor();
  };

  test('an edit is applied; secrets, comments and everything else stay byte for byte', async () => {
    const { page } = ui;
    const shown = await editor().innerText();
    expect(shown).toContain('token: <redacted>');
    for (const secret of [managementToken, vscode.token, codex.token]) expect(shown).not.toContain(secret);
    await typeAfter('# nothing yet', ' but soon');
    await page.getByText('The text is a valid registry').waitFor();
    for (const theme of ['Light', 'Dark']) {
      const other = page.getByRole('button', { name: theme });
      if (await other.isVisible()) await other.click();
      await screenshot(page, `yaml-${theme}`);
      expect(await accessibilityProblems(page)).toEqual([]);
    }
    await apply();
    expect(await fileText()).toBe(original.replace('# nothing yet', '# nothing yet but soon'));
  });

  test('keys and values are completed from the schema by keyboard', async () => {
    const { page } = ui;
    await typeAfter('deny_tools: [erase]', '');
    await page.keyboard.press('Enter');
    await page.keyboard.type('allow_t');
    await page.getByRole('option', { name: /^allow_tools/ }).waitFor();
    await page.keyboard.press('Escape');
    // The first stops at the indentation.
    await page.keyboard.press('Shift+Home');
    await page.keyboard.press('Shift+Home');
    await page.keyboard.type('    pin_t');
    const option = page.getByRole('option', { name: /^pin_tools/ });
    await option.waitFor();
    // The list takes keys a moment after it appears, so that it cannot swallow one that was meant for the text: an Enter before that
    // breaks the line and closes the list.
    await expect
      .poll(async () => {
        if ((await editor().innerText()).includes('pin_tools: ')) return editor().innerText();
        if (await option.isVisible()) await page.keyboard.press('Enter');
        else for (const key of ['Control+z', 'Control+Space']) await page.keyboard.press(key);
        return editor().innerText();
      })
      .toContain('    pin_tools: ');
    await page.keyboard.type('t');
    await page.getByRole('option', { name: /^true/ }).waitFor();
    await page.keyboard.type('rue');
    await page.keyboard.press('Escape');
    await page.getByText('The text is a valid registry').waitFor();
    await page.getByRole('button', { name: 'Discard edit' }).click();
    await page.getByText('No edit yet').waitFor();
  });

  test('a problem is marked at its line, leads there, and nothing can be applied', async () => {
    const { page } = ui;
    await typeAfter('# greets and erases', '\n  broken:\n    transport: carrier pigeon');
    await page
      .getByText(/servers\.broken\.transport/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Apply…' }).isDisabled()).toBe(true);
    await page
      .locator('main')
      .getByRole('button', { name: /^line \d+/ })
      .first()
      .click();
    expect(
      await page.evaluate(`document.activeElement.shadowRoot.activeElement.textContent.length > 0`),
    ).toBe(true);
    expect(await fileText()).toBe(original);
    await page.getByRole('button', { name: 'Discard edit' }).click();
  });

  test('an edit survives a reload, and is moved to what somebody else wrote', async () => {
    const { page } = ui;
    await typeAfter('# The registry of the tests.', ' Edited.');
    await page.getByText('The text is a valid registry').waitFor();
    await page.reload();
    await editor().getByText('Edited.').waitFor();
    await ui.gateway.writeRegistryText(original.replace('# too dangerous', '# far too dangerous'));
    await page.getByText('your edit was moved to it').waitFor();
    // A check of the text that met the other change on the way was rejected.
    const others = ui.complaints.filter((text) => !text.includes('412'));
    ui.complaints.splice(0, ui.complaints.length, ...others);
    await page.getByText('The text is a valid registry').waitFor();
    await apply();
    expect(await fileText()).toBe(
      original
        .replace('of the tests.', 'of the tests. Edited.')
        .replace('# too dangerous', '# far too dangerous'),
    );
  });

  test('a placeholder at another place is a problem, and is never written', async () => {
    const { page } = ui;
    await typeAfter('too dangerous', '\n    cwd: <redacted>');
    await page.getByText('the placeholder stands for no hidden value here').first().waitFor();
    expect(await page.getByRole('button', { name: 'Apply…' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Discard edit' }).click();
    expect(await fileText()).toBe(original);
  });

  test('the scope access locks it, with the reason', async () => {
    const { page, gateway } = ui;
    await gateway.writeRegistryText(original.replace('lmcp:\n', 'lmcp:\n  management_scope: access\n'));
    await page.getByText('The management token may not edit the file').waitFor();
    expect(await editor().getAttribute('aria-readonly')).toBe('true');
    await open('/ui/settings');
    await settled(page);
    expect(await page.getByLabel('Port', { exact: true }).isDisabled()).toBe(true);
    expect(await page.getByLabel('Default rate limit').isDisabled()).toBe(false);
    await gateway.writeRegistryText(original);
  });
});
