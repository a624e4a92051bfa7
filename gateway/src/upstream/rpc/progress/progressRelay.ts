import type { RequestOptions } from '../../types.ts';
import { ownId } from '../ownId.ts';
import type { PendingRequests } from '../pendingRequests.ts';
import type { Message } from '../rpcMessage.ts';

type Progress = RequestOptions['progress'];

/** How many answered calls that continue as tasks are remembered for their progress. */
const maxTasks = 1_000;

/** Hands the progress that a server notifies to the call it belongs to. */
export class ProgressRelay {
  readonly #pending: PendingRequests;
  /** Of calls that were answered with a task: their progress goes on (MCP 2025-11-25, basic/utilities/tasks). */
  readonly #ofTasks = new Map<number, Progress>();

  constructor(pending: PendingRequests) {
    this.#pending = pending;
  }

  /** `params` of `notifications/progress`; those with a token of no call are dropped. A promise while large ones are written. */
  notify(params: unknown): Promise<void> | undefined {
    if (typeof params !== 'object' || params === null || Array.isArray(params)) return undefined;
    const token = ownId((params as Message)['progressToken']);
    const pending = token === undefined ? undefined : this.#pending.get(token);
    const progress = pending?.progress ?? (token === undefined ? undefined : this.#ofTasks.get(token));
    if (pending?.progress) pending.limit?.extend();
    const answered = token !== undefined && this.#ofTasks.has(token);
    return progress?.onProgress({ ...params, progressToken: progress.callerToken }, answered);
  }

  /** The call was answered with a task. */
  keep(id: number, progress: Progress): void {
    this.#ofTasks.set(id, progress);
    const [oldest] = this.#ofTasks.keys();
    if (this.#ofTasks.size > maxTasks && oldest !== undefined) this.#ofTasks.delete(oldest);
  }
}
