import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Checkbox from './Checkbox.svelte';

const children = createRawSnippet(() => ({ render: () => '<span>Every tool</span>' }));

test('is ticked by its label and by the space bar', async () => {
  const changes: boolean[] = [];
  const screen = await render(Checkbox, {
    children,
    onchange: (event) => changes.push(event.currentTarget.checked),
  });
  const box = screen.getByRole('checkbox', { name: 'Every tool' });
  await screen.getByText('Every tool').click();
  await expect.element(box).toBeChecked();
  (box.element() as HTMLElement).focus();
  await userEvent.keyboard(' ');
  await expect.element(box).not.toBeChecked();
  expect(changes).toEqual([true, false]);
});

test('shows that some of what it stands for is ticked, and is no longer so once it is ticked', async () => {
  const screen = await render(Checkbox, { children, mixed: true });
  const box = screen.getByRole('checkbox');
  await expect.element(box).toBePartiallyChecked();
  await screen.rerender({ mixed: false, checked: true });
  await expect.element(box).toBeChecked();
});

test('is as high as a finger needs', async () => {
  const screen = await render(Checkbox, { children });
  const label = screen.getByRole('checkbox').element().closest('label');
  expect(label?.getBoundingClientRect().height).toBeGreaterThanOrEqual(32);
});
