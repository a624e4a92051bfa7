import { mount, unmount } from 'svelte';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import WordDiff from './WordDiff.svelte';

test('stays as it is when a refresh brings the same texts again', async () => {
  const texts = () => ({ before: 'reads a file', after: 'reads every file' });
  let tool = $state.raw(texts());
  const shown = mount(WordDiff, {
    target: document.body,
    props: {
      label: 'Description',
      get before() {
        return tool.before;
      },
      get after() {
        return tool.after;
      },
    },
  });
  const diff = page.getByRole('region', { name: 'Description' });
  await expect.poll(() => diff.element().textContent).toContain('removed:');
  const waits: string[] = [];
  const observer = new MutationObserver(() => waits.push(diff.element().textContent));
  observer.observe(diff.element(), { childList: true, subtree: true });
  tool = texts();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(waits).toEqual([]);
  tool = { ...texts(), after: 'reads no file' };
  await expect.poll(() => diff.element().textContent).toContain('no');
  observer.disconnect();
  await unmount(shown);
});
