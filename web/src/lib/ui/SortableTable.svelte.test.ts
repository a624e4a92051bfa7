import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import SortableTable from './SortableTable.svelte';

interface Row {
  readonly id: string;
  readonly calls: number;
}
const rows: readonly Row[] = [
  { id: 'codex', calls: 9 },
  { id: 'vscode', calls: 120 },
  { id: 'cursor', calls: 10 },
];
const props = {
  label: 'Clients',
  keyOf: (row: Row) => row.id,
  columns: [
    { id: 'name', name: 'Client', value: (row: Row) => row.id },
    { id: 'calls', name: 'Calls', value: (row: Row) => row.calls, numeric: true },
    { id: 'note', name: 'Note' },
  ] as const,
  cell: createRawSnippet<[Row, 'name' | 'calls' | 'note']>((row, column) => ({
    render: () => `<span>${column() === 'name' ? row().id : String(row().calls)}</span>`,
  })),
};

test('sorts by the head that is pressed, and says in which direction', async () => {
  const screen = await render(SortableTable<Row, 'name' | 'calls' | 'note'>, { ...props, rows });
  const names = (): string[] =>
    screen
      .getByRole('rowheader')
      .elements()
      .map((one) => one.textContent);
  const head = screen.getByRole('columnheader', { name: 'Calls' });
  expect(names()).toEqual(['codex', 'vscode', 'cursor']);
  await head.getByRole('button').click();
  expect(names()).toEqual(['codex', 'cursor', 'vscode']);
  await expect.element(head).toHaveAttribute('aria-sort', 'ascending');
  await userEvent.keyboard('{Enter}');
  expect(names()).toEqual(['vscode', 'cursor', 'codex']);
  await expect.element(head).toHaveAttribute('aria-sort', 'descending');
  await expect.element(screen.getByRole('columnheader', { name: 'Client' })).not.toHaveAttribute('aria-sort');
  expect(screen.getByRole('columnheader', { name: 'Note' }).getByRole('button').elements()).toEqual([]);
});

test('moves no row while the pointer is among them', async () => {
  const screen = await render(SortableTable<Row, 'name' | 'calls' | 'note'>, { ...props, rows });
  const names = (): string[] =>
    screen
      .getByRole('rowheader')
      .elements()
      .map((one) => one.textContent);
  await screen.getByRole('button', { name: 'Calls' }).click();
  await screen.getByText('cursor').hover();
  await screen.rerender({ rows: [...rows.slice(0, 2), { id: 'cursor', calls: 1 }, { id: 'new', calls: 0 }] });
  expect(names()).toEqual(['codex', 'cursor', 'vscode', 'new']);
  await userEvent.hover(document.body, { position: { x: 790, y: 590 } });
  await expect.poll(names).toEqual(['new', 'cursor', 'codex', 'vscode']);
});
