import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Modal from './Modal.svelte';

const field = createRawSnippet(() => ({ render: () => '<label>Id <input /></label>' }));
const text = createRawSnippet(() => ({ render: () => '<p>Shown only once</p>' }));

test('gives the focus to its first field, and Escape closes it', async () => {
  let closed = 0;
  const screen = await render(Modal, {
    open: true,
    title: 'Add',
    children: field,
    onClose: () => (closed += 1),
  });
  await expect.element(screen.getByLabelText('Id')).toHaveFocus();
  await userEvent.keyboard('codex');
  await expect.element(screen.getByLabelText('Id')).toHaveValue('codex');
  await userEvent.keyboard('{Escape}');
  expect(closed).toBe(1);
});

test('without a field it has the focus itself, not the button that closes it', async () => {
  const screen = await render(Modal, {
    open: true,
    title: 'Remove',
    children: text,
    onClose: () => undefined,
  });
  await expect.element(screen.getByRole('dialog', { name: 'Remove' })).toHaveFocus();
});

test('what is shown only once is not closed by Escape', async () => {
  let closed = 0;
  const props = { open: true, title: 'Token', children: text, mustConfirm: true };
  const screen = await render(Modal, { ...props, onClose: () => (closed += 1) });
  await expect.element(screen.getByText('Shown only once')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  expect(closed).toBe(0);
  expect(screen.getByRole('button', { name: 'Close' }).elements()).toEqual([]);
});
