/**
 * The MCP server that every contender serves: newline-framed stdio, no SDK, one tool that gives its text
 * back. As little work as a server can do, so that what is measured is the gateway.
 *
 * `node echoServer.ts [TOOLS [CHARACTERS]]`: lists TOOLS tools, those beside `echo` with descriptions of that length.
 */

interface Request {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: {
    readonly protocolVersion?: string;
    readonly name?: string;
    readonly arguments?: { readonly text?: unknown };
  };
}

const echoTool = {
  name: 'echo',
  description: 'Gives the text back.',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
};

const [tools = 1, characters = 0] = process.argv.slice(2).map(Number);
const listed = [echoTool, ...Array.from({ length: tools - 1 }, (_, n) => furtherTool(n + 2))];

function furtherTool(n: number): object {
  const sentence = `Tool ${n} of this server is in its list so that the list is as long as real ones are. `;
  const description = sentence.repeat(Math.ceil(characters / sentence.length)).slice(0, characters);
  return { ...echoTool, name: `tool_${n}`, description };
}

/** The answer to one line from the client; undefined where none is due (notifications, answers). */
function answer(line: string): string | undefined {
  const request = JSON.parse(line) as Request;
  if (request.id === undefined || request.method === undefined) return undefined;
  return JSON.stringify({ jsonrpc: '2.0', id: request.id, ...outcome(request) });
}

function outcome({ method, params }: Request): { result: unknown } | { error: unknown } {
  switch (method) {
    case 'tools/call':
      return { result: { content: [{ type: 'text', text: String(params?.arguments?.text) }] } };
    case 'initialize':
      return {
        result: {
          protocolVersion: params?.protocolVersion ?? '2025-06-18',
          capabilities: { tools: {} },
          serverInfo: { name: 'echo', version: '1.0.0' },
        },
      };
    case 'tools/list':
      return { result: { tools: listed } };
    case 'ping':
      return { result: {} };
    default:
      return { error: { code: -32601, message: `No such method: ${String(method)}` } };
  }
}

let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop() ?? '';
  const answers = lines.map(answer).filter((line) => line !== undefined);
  if (answers.length > 0) process.stdout.write(`${answers.join('\n')}\n`);
});
