import type { ServerLogLine } from 'lmcp-gateway/src/api/server/serverLogs.ts';
import type { Failure } from '#lib/api/request.ts';
import { session } from '../session.svelte.ts';

/** Lines that the page keeps; the gateway keeps fewer. */
const maxLines = 10_000;
/** Seconds that the gateway waits for a line. */
const waitS = 20;
/** Lines that come within this time are one answer; milliseconds. */
const gatherMs = 250;
const afterFailureMs = 3_000;

/** What a server writes, as long as somebody looks at it. */
export class ServerLog {
  lines = $state.raw<readonly ServerLogLine[]>([]);
  /** Null until the first answer. */
  since = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The reader looks at older lines: none of them is dropped. */
  held = $state(false);
  #after = 0;

  /** Reads on until the returned function is called. */
  read(id: string): () => void {
    const stop = new AbortController();
    void this.#run(id, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    return () => stop.abort();
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { routes } = session;
      const full = this.held && this.lines.length >= maxLines;
      if (routes === null || full || document.hidden) {
        await pause(gatherMs, signal);
        continue;
      }
      const wait_s = this.since === null ? 0 : waitS;
      const answer = await routes.serverLogs(id, { after: this.#after, wait_s }, signal);
      if (signal.aborted) return;
      this.failure = answer.ok ? null : answer;
      if (!answer.ok) {
        session.sawFailure(answer);
        await pause(afterFailureMs, signal);
        continue;
      }
      if (this.since !== null && this.since !== answer.since_at) {
        // The gateway has restarted, or the server was removed and added: its numbers begin again.
        [this.lines, this.#after, this.since] = [[], 0, null];
        continue;
      }
      this.since = answer.since_at;
      if (answer.lines.length === 0) continue;
      this.#after = answer.last;
      const all = [...this.lines, ...answer.lines];
      this.lines = this.held ? all : all.slice(-maxLines);
      await pause(gatherMs, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
