import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { launchChromium } from './browser.ts';
import { freePort, root, type TestGateway } from '../../harness/gateway.ts';
import type { Caller } from '../../harness/rpc.ts';
import { application, applicationHome, connectApplication } from '../../harness/applications/application.ts';
import type { Session, ToolUse } from '../../harness/applications/scriptedModel.ts';

/** Where VS Code keeps what is the person's own, and so `lmcp connect vscode` writes. */
const userData = '.config/Code';

/**
 * VS Code, served by code-server and opened in a browser, connected by `lmcp connect`. No model is needed: an extension of the tests
 * (fixtures/vscode-probe) lists and calls tools by the API that extensions and their models have, `vscode.lm`.
 */
export async function runCodeServer(
  gateway: TestGateway,
  caller: Caller,
  uses: readonly ToolUse[],
): Promise<Session> {
  const home = await applicationHome(gateway, 'vscode');
  const resultFile = join(home, 'result.json');
  const settings = { 'security.workspace.trust.enabled': false, 'telemetry.telemetryLevel': 'off' };
  await mkdir(join(home, userData, 'User'), { recursive: true });
  await writeFile(join(home, userData, 'User/settings.json'), JSON.stringify(settings));
  await mkdir(join(home, 'work'));
  await cp(join(root, 'e2e/fixtures/vscode-probe'), join(home, 'extensions/lmcp.probe-1.0.0'), {
    recursive: true,
  });
  await connectApplication(gateway, 'vscode', caller, home);
  const port = await freePort();
  const server = start(home, port, { PROBE_USES: JSON.stringify(uses), PROBE_RESULT: resultFile });
  const ended = once(server, 'exit');
  let browser: Browser | undefined;
  try {
    await answers(server, `http://127.0.0.1:${port}/healthz`);
    browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(join(home, 'work'))}`);
    return await resultIn(server, resultFile);
  } finally {
    await browser?.close();
    server.kill();
    await ended;
  }
}

function start(home: string, port: number, env: Readonly<Record<string, string>>): ChildProcess {
  const args = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry'];
  const folders = ['--user-data-dir', join(home, userData), '--extensions-dir', join(home, 'extensions')];
  return spawn(
    process.execPath,
    [application('code-server'), ...args, '--disable-update-check', ...folders],
    { cwd: home, env: { PATH: process.env['PATH'], HOME: home, ...env }, stdio: 'ignore' },
  );
}

async function answers(server: ChildProcess, url: string): Promise<void> {
  await until(server, async () => (await fetch(url).catch(() => undefined))?.ok === true);
}

async function resultIn(server: ChildProcess, file: string): Promise<Session> {
  let text = '';
  await until(server, async () => (text = await readFile(file, 'utf8').catch(() => '')) !== '');
  const { failed, ...session } = JSON.parse(text) as Session & { failed?: string };
  if (failed !== undefined) throw new Error(`the extension failed: ${failed}`);
  return session;
}

async function until(server: ChildProcess, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    if (server.exitCode !== null) throw new Error(`code-server exited with ${server.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
