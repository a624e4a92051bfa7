import { formatQuery, parseQuery, type QueryTerm } from 'lmcp-gateway/src/audit/query/parseQuery.ts';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import QueryBox from './QueryBox.svelte';

async function open(query = ''): Promise<{ screen: Awaited<ReturnType<typeof render>>; queries: string[] }> {
  const queries: string[] = [];
  const { terms } = parseQuery(query);
  // As the page's address: it has the change before the box is shown with it.
  let now: readonly QueryTerm[] = terms;
  const onChange = (change: (terms: readonly QueryTerm[]) => readonly QueryTerm[]): void => {
    now = change(now);
    queries.push(formatQuery(now));
  };
  const known = { client: ['codex', 'vscode'], server: ['files'], tool: ['read_file'] };
  const screen = await render(QueryBox, { terms, known, onChange });
  await screen.getByRole('combobox').click();
  return { screen, queries };
}

test('completes the name of a filter, then its value, by the keyboard alone', async () => {
  const { screen, queries } = await open();
  await userEvent.keyboard('cl');
  await expect.poll(() => screen.getByRole('option').first().element().textContent).toMatch(/^client:/);
  await userEvent.keyboard('{ArrowDown}{Tab}');
  await expect.element(screen.getByRole('combobox')).toHaveValue('client:');
  await userEvent.keyboard('co{ArrowDown}{Enter}');
  expect(queries).toEqual(['client:codex']);
});

test('keeps a filter that was added before the box shows it', async () => {
  const { screen, queries } = await open();
  await userEvent.keyboard('client:codex{Enter}server:files{Enter}');
  await expect.element(screen.getByRole('combobox')).toHaveValue('');
  expect(queries).toEqual(['client:codex', 'client:codex server:files']);
});

test('keeps what it can’t understand in the field, with the reason', async () => {
  const { screen, queries } = await open();
  await userEvent.keyboard('outcome:sideways{Enter}');
  await expect.element(screen.getByRole('combobox')).toHaveValue('outcome:sideways');
  await expect.element(screen.getByRole('combobox')).toHaveAttribute('aria-invalid', 'true');
  expect(screen.getByRole('status').element().textContent).toContain('outcome: unknown value');
  expect(queries).toEqual([]);
});

test('takes the last filter back into the field by Backspace', async () => {
  const { screen, queries } = await open('client:codex tool:read_*');
  await userEvent.keyboard('{Backspace}');
  await expect.element(screen.getByRole('combobox')).toHaveValue('tool:read_*');
  expect(queries).toEqual(['client:codex']);
});
