import type { ServerTestStep } from '../api/servers.ts';
import type { Tool } from '../catalog/tools.ts';
import type { Clock } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import { failureText } from '../upstream/secrets/failureText.ts';
import { withoutSecrets } from '../upstream/secrets/withoutSecrets.ts';
import type { Instance } from '../upstream/types.ts';

interface Tested {
  readonly steps: readonly ServerTestStep[];
  /** What it started as; null where it did not. */
  readonly instance: Instance | null;
  /** What it lists; null where a step failed. */
  readonly tools: readonly Tool[] | null;
}

/** Starts a server and asks what it offers; a step that fails is the last one. */
export async function testServer(
  server: Server,
  clock: Clock,
  parts: { readonly start: () => Promise<Instance>; readonly tools: () => Promise<readonly Tool[]> },
): Promise<Tested> {
  const step = async <T>(name: ServerTestStep['step'], work: () => Promise<T>, say: (found: T) => string) => {
    const started = clock.monotonic();
    const done = (passed: boolean, words: string): ServerTestStep => ({
      step: name,
      passed,
      duration_ms: Math.round(clock.monotonic() - started),
      words,
    });
    try {
      const found = await work();
      return { found, step: done(true, say(found)) };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return { found: null, step: done(false, failureText(server, error)) };
    }
  };
  const started = await step('initialize', parts.start, (instance) => initializeMessage(server, instance));
  if (started.found === null) return { steps: [started.step], instance: null, tools: null };
  const listed = await step('tools_list', parts.tools, ({ length }) => {
    return `it offers ${length} tool${length === 1 ? '' : 's'}`;
  });
  return { steps: [started.step, listed.step], instance: started.found, tools: listed.found };
}

function initializeMessage(server: Server, { initializeResult }: Instance): string {
  const revision = initializeResult['protocolVersion'];
  return typeof revision === 'string'
    ? `it started and speaks MCP ${withoutSecrets(server, revision)}`
    : 'it started';
}
