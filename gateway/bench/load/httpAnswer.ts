/**
 * The JSON-RPC message in a POST's answer, which Streamable HTTP allows as plain JSON or as an event stream
 * (WHATWG HTML, server-sent events); a stream's last event with data is the answer.
 */
export function messageOf(contentType: string, body: string): string {
  if (!contentType.startsWith('text/event-stream')) return body;
  const data = body
    .split(/\r?\n\r?\n/)
    .map(dataOf)
    .filter((text) => text !== '');
  const last = data.at(-1);
  if (last === undefined) throw new Error('The event stream ended without an answer.');
  return last;
}

function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
    .join('\n');
}
