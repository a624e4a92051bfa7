import { UpstreamError } from '../../errors.ts';
import { inEnvelope, standardHeaders } from './modernEnvelope.ts';
import type { Router } from './router.ts';

const retryMs = 2_000;
/** A server that ends the stream immediately that often has no use for it. */
const maxQuickEnds = 5;

export interface ListenStreamParts {
  readonly router: Router;
  /** The server's capabilities, as it declared them. */
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/**
 * Unrequested notifications of a stateless server come on the stream of a `subscriptions/listen` that is open for as long as
 * the instance lives, and is reopened when the resources that are listened to change (MCP 2026-07-28, basic/patterns/subscriptions).
 */
export class ListenStream {
  readonly #parts: ListenStreamParts;
  readonly #uris = new Set<string>();
  #current: AbortController | undefined;
  #quickEnds = 0;
  #closed = false;

  constructor(parts: ListenStreamParts) {
    this.#parts = parts;
    this.#open();
  }

  add(uri: string): void {
    if (this.#uris.has(uri)) return;
    this.#uris.add(uri);
    this.#reopen();
  }

  remove(uri: string): void {
    if (this.#uris.delete(uri)) this.#reopen();
  }

  close(): void {
    this.#closed = true;
    this.#current?.abort();
  }

  #reopen(): void {
    const older = this.#current;
    // The new one first: nothing that happens in between is missed.
    this.#open();
    older?.abort();
  }

  #open(): void {
    const notifications = this.#wanted();
    this.#current = undefined;
    if (this.#closed || Object.keys(notifications).length === 0) return;
    const controller = new AbortController();
    this.#current = controller;
    const method = 'subscriptions/listen';
    const params = inEnvelope({ notifications });
    const opened = performance.now();
    this.#parts.router
      .stand(method, params, { signal: controller.signal, headers: standardHeaders(method, params) })
      .then(
        (answer) => this.#over(controller, opened, answer),
        (error: unknown) => this.#over(controller, opened, error),
      );
  }

  #over(controller: AbortController, opened: number, how: unknown): void {
    if (this.#closed || controller !== this.#current) return;
    this.#quickEnds = performance.now() - opened < retryMs ? this.#quickEnds + 1 : 0;
    const gone = how instanceof UpstreamError && (how.kind === 'stopped' || how.kind === 'exited');
    if (gone || this.#quickEnds >= maxQuickEnds) return;
    setTimeout(() => {
      if (controller === this.#current) this.#open();
    }, retryMs).unref();
  }

  #wanted(): Record<string, unknown> {
    const { tools, prompts, resources } = this.#parts.capabilities;
    return {
      ...(tellsChanges(tools) && { toolsListChanged: true }),
      ...(tellsChanges(prompts) && { promptsListChanged: true }),
      ...(tellsChanges(resources) && { resourcesListChanged: true }),
      ...(this.#uris.size > 0 && { resourceSubscriptions: [...this.#uris] }),
    };
  }
}

function tellsChanges(capability: unknown): boolean {
  return (capability as { listChanged?: unknown } | undefined)?.listChanged === true;
}
