import type { IncomingMessage } from 'node:http';

/** The whole body of an answer; undefined where it is larger than `maxBytes`: the connection is closed then. @throws Node's error */
export async function readAtMost(message: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      message.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
