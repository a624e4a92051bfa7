import { count } from '#lib/domain/text/countWords.ts';
import { notices } from '#lib/state/notices.svelte.ts';
import { staging } from '#lib/state/staging.svelte.ts';

/** Lets go of everything staged, and offers it back for a while. */
export function discardStaged(): void {
  const { patch, paths } = staging;
  staging.discard();
  notices.done(`Discarded: ${count(paths.length, 'staged change')}. The registry is as it was.`, {
    label: 'Bring back',
    run: () => staging.stage(patch),
  });
}
