import type { Caller } from './caller.ts';
import { checkEcho } from './caller.ts';
import { messageOf } from './httpAnswer.ts';
import { McpConnection, type HttpTarget } from './mcpConnection.ts';

/** A keep-alive connection with an MCP session of its own: initialize, initialized, then calls, and DELETE at the end. */
export async function openHttpCaller(target: HttpTarget, text: string): Promise<Caller> {
  const connection = await McpConnection.open(target);
  let id = 0;
  const params = `{"name":${JSON.stringify(target.tool)},"arguments":{"text":${JSON.stringify(text)}}}`;
  return {
    async call() {
      id += 1;
      const answer = await connection.post(
        `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`,
      );
      checkEcho(messageOf(answer.type, answer.body), id, text);
    },
    close: () => connection.close(),
  };
}
