import type { ApplyAnswer } from 'lmcp-gateway/src/api/registry.ts';
import type { Failure } from '#lib/api/request.ts';
import { notices } from '#lib/state/notices.svelte.ts';
import { session } from '#lib/state/session.svelte.ts';
import { staging } from '#lib/state/staging.svelte.ts';

const topic = 'apply';

/**
 * Tells what an apply came to, with the way back.
 * @returns whether it was written; a registry that would be invalid is for the caller to show
 */
export function tellApplied(answer: ApplyAnswer | Failure | null): boolean {
  if (answer === null) return false;
  notices.settle(topic);
  if (!answer.ok) {
    notices.problem(
      answer.error === 'revision_mismatch'
        ? 'Nothing was written: the registry was changed meanwhile. Your changes were moved to the new version. Review and apply them.'
        : answer.message,
      topic,
    );
    return false;
  }
  if (!answer.applied) return false;
  const restart = answer.restart_required?.length
    ? ` ${answer.restart_required.join(', ')}: with the next start.`
    : ' Active now.';
  const id = answer.history_id;
  notices.done(
    `Applied: ${answer.changes_summary.join('; ') || 'the registry was written'}.${restart}`,
    id === null ? undefined : { label: 'Undo', run: () => void restoreVersion(id, answer.revision) },
  );
  return true;
}

/** Goes back to a kept version. `revision` is the registry that was looked at: what somebody else wrote since is not overwritten unseen. */
export async function restoreVersion(id: string, revision: string): Promise<void> {
  const answer = await session.routes?.restore(id, revision);
  if (answer === undefined) return;
  notices.settle(topic);
  if (!answer.ok) {
    session.sawFailure(answer);
    notices.problem(
      answer.error === 'revision_mismatch'
        ? 'Not undone: the registry was changed since. View the version in the history, then restore it.'
        : answer.message,
      topic,
    );
  } else if (!answer.applied)
    notices.problem(
      `Not undone: ${answer.errors[0]?.message ?? 'the old registry is no longer valid'}`,
      topic,
    );
  else notices.done(`Undone: ${answer.changes_summary.join('; ')}.`);
  await staging.load();
  void session.refresh();
}
