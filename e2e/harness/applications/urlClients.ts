import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { runToEnd } from '../commandLine.ts';
import { freePort, root, sleep } from '../gateway.ts';

/** What a client got from the gateway. */
export interface Used {
  readonly tools: readonly string[];
  readonly answer: string;
}

/** Answers the page that a client opens in the browser. */
export type Consent = (page: URL) => Promise<void>;

/** A program that is given the URL of the gateway and nothing else; what it stores of its sign-in is in its own home folder. */
export interface UrlProgram {
  /** Lists the tools and calls one, as a person runs it. @throws where it ends without an answer */
  use(tool: string, args: Readonly<Record<string, string>>): Promise<Used>;
}

const modules = join(root, 'e2e/node_modules');

interface Place {
  readonly home: string;
  readonly url: string;
}

/** As desktop applications start it, over stdio. */
function mcpRemote({ home, url }: Place): UrlProgram {
  return {
    async use(tool, args) {
      const script = join(modules, 'mcp-remote/dist/proxy.js');
      const client = new Client({ name: 'desktop', version: '1' });
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [script, url, '--auth-timeout', '100'],
        env: environment(home),
        stderr: 'ignore',
      });
      try {
        await client.connect(transport, { timeout: 100_000 });
        const { tools } = await client.listTools();
        const answer = await client.callTool({ name: tool, arguments: args });
        return { tools: tools.map(({ name }) => name), answer: JSON.stringify(answer) };
      } finally {
        await client.close();
      }
    },
  };
}

async function inspector({ home, url }: Place): Promise<UrlProgram> {
  const script = join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
  const run = async (...more: string[]): Promise<string> => {
    const args = [script, '--cli', url, '--callback-url', callback, ...more];
    // Without a keyring it forgets its tokens between two runs, unless it is told to use a file.
    const stored = { MCP_INSPECTOR_SECRET_STORE: 'file' };
    const env = { ...environment(home), ...stored, MCP_AUTO_OPEN_ENABLED: 'true' };
    const { code, stdout, stderr } = await runToEnd(args, { cwd: home, env });
    if (code !== 0) throw new Error(`the Inspector exited with ${String(code)}: ${stderr}`);
    return stdout;
  };
  return {
    async use(tool, args) {
      const listed = JSON.parse(await run('--method', 'tools/list', '--format', 'json')) as {
        tools?: { name: string }[];
        result?: { tools: { name: string }[] };
      };
      const json = JSON.stringify(args);
      const answer = await run('--method', 'tools/call', '--tool-name', tool, '--tool-args-json', json);
      const tools = listed.tools ?? listed.result?.tools ?? [];
      return { tools: tools.map(({ name }) => name), answer };
    },
  };
}

/** The programs of e2e/package.json that sign in by a URL. */
export const urlPrograms = { 'mcp-remote': mcpRemote, 'Inspector CLI': inspector } as const;

const openedFile = 'opened-page';

/** The browser of xdg-open is a command that notes the page. */
function environment(home: string): Record<string, string> {
  return { HOME: home, PATH: '/usr/bin:/bin', BROWSER: browserOf(home) };
}

function browserOf(home: string): string {
  return join(home, 'browser');
}

/** A home folder in which pages that a program opens are noted. */
export async function homeOfProgram(home: string): Promise<void> {
  const command = browserOf(home);
  const note = join(home, openedFile);
  await writeFile(command, `#!/bin/sh\necho "$1" > '${note}.new' && mv '${note}.new' '${note}'\n`);
  await chmod(command, 0o755);
}

/** Runs `work` and answers each page that the program opens meanwhile. */
export async function withConsent<T>(home: string, consent: Consent, work: () => Promise<T>): Promise<T> {
  const note = join(home, openedFile);
  let isRunning = true;
  const watch = async (): Promise<void> => {
    while (isRunning) {
      const page = await readFile(note, 'utf8').catch(() => undefined);
      if (page === undefined) {
        await sleep(50);
        continue;
      }
      await rm(note);
      await consent(new URL(page.trim()));
    }
  };
  const watching = watch();
  // Its rejection is that of the whole; meanwhile it must not count as unhandled.
  watching.catch(() => undefined);
  try {
    return await work();
  } finally {
    isRunning = false;
    await watching;
  }
}
