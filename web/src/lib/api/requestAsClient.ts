import type { ClientRequest, ClientRequestLine } from 'lmcp-gateway/src/api/call.ts';
import { offline, requestRaw, type Failure } from './request.ts';

/**
 * An MCP request as a client: every line as it comes, of which an `answer` or a `failure` is the last. Aborting the signal cancels it.
 * Before the first line it throws what `fetch` throws where the signal is aborted.
 */
export async function* requestAsClient(
  token: string,
  body: ClientRequest,
  signal: AbortSignal,
): AsyncGenerator<ClientRequestLine | Failure> {
  const response = await requestRaw('/management/request', { method: 'POST', token, body, signal });
  if (!(response instanceof Response)) {
    yield response;
    return;
  }
  let rest = '';
  try {
    for await (const piece of piecesOf(response)) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const read = JSON.parse(line) as ClientRequestLine;
        yield read;
        if (read.kind === 'answer' || read.kind === 'failure') return;
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  yield offline(true);
}

/** Not every browser iterates over streams. */
async function* piecesOf({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) return;
    yield read.value;
  }
}
