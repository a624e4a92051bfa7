import type { ApplyAnswer } from 'lmcp-gateway/src/api/registry.ts';
import { notices } from '#lib/state/notices.svelte.ts';
import { session } from '#lib/state/session.svelte.ts';
import { staging } from '#lib/state/staging.svelte.ts';

/** Says what an import or an addition did, offers to undo it, and reads the registry again. */
export async function tellImported(answer: ApplyAnswer): Promise<void> {
  if (!answer.applied) {
    notices.problem(`Nothing was written: ${answer.errors[0]?.message ?? 'the registry would be invalid'}`);
    return;
  }
  const { history_id: id, revision, changes_summary: changes } = answer;
  notices.done(
    `Applied: ${changes.join('; ')}.`,
    id === null ? undefined : { label: 'Undo', run: () => void undo(id, revision) },
  );
  await staging.load();
}

/** What was written since is not overwritten: the revision is the one that the change made. */
async function undo(id: string, revision: string): Promise<void> {
  const answer = await session.routes?.restore(id, revision);
  if (answer === undefined) return;
  if (!answer.ok) notices.problem(`Not undone: ${answer.message}`);
  else if (!answer.applied)
    notices.problem(`Not undone: ${answer.errors[0]?.message ?? 'the old registry is no longer valid'}`);
  else notices.done(`Undone: ${answer.changes_summary.join('; ')}.`);
  await staging.load();
}
