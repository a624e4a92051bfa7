import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One HTTP request, as somebody makes it who writes every byte himself. */
export interface Request {
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `status` 0: no answer at all, for the reason in `text`. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Plain JavaScript without any module of the project, since it runs in containers that have none. */
const source = `
const { body = '', headers, ...options } = JSON.parse(process.argv[1]);
const end = (status, text) => { console.log(JSON.stringify({ status, text })); process.exit(); };
const length = Buffer.byteLength(body);
const all = { Host: 'docker', ...(length > 0 && { 'Content-Type': 'application/json' }), 'Content-Length': length, ...headers };
const request = require('node:http').request({ timeout: 3000, ...options, headers: all });
request.on('timeout', () => end(0, 'timeout'));
request.on('error', (error) => end(0, error.code ?? error.message));
request.on('upgrade', () => end(101, ''));
request.on('response', (response) => {
  let text = '';
  response.on('data', (chunk) => { text += chunk; });
  response.on('end', () => end(response.statusCode, text));
});
request.end(body);`;

/** Sends a request from inside a container. */
export function fromContainer(id: string, request: Request): Promise<Reply> {
  return parsed(run('docker', ['exec', id, 'node', '-e', source, JSON.stringify(request)]));
}

/** Sends a request as a user of the machine without any right of root. */
export function fromHostUser(request: Request): Promise<Reply> {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  return parsed(run(process.execPath, ['-e', source, JSON.stringify(request)], { ...user, cwd: '/' }));
}

async function parsed(running: Promise<{ stdout: string }>): Promise<Reply> {
  return JSON.parse((await running).stdout) as Reply;
}
