import { count } from '#lib/domain/text/formatCount.ts';
import { notices } from '#lib/state/notices.svelte.ts';
import { staging } from '#lib/state/staging.svelte.ts';

/** Discards all pending changes, and offers to undo that for a while. */
export function discardStaged(): void {
  const { patch, objects } = staging;
  staging.discard();
  notices.done(`Discarded: ${count(objects, 'pending change')}. The registry is unchanged.`, {
    label: 'Undo',
    run: () => staging.stage(patch),
  });
}
