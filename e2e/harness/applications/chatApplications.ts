import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import type { TestGateway } from '../gateway.ts';
import type { Caller } from '../rpc.ts';
import { application, applicationHome, connectApplication, installed } from './application.ts';
import { ScriptedModel, type Session, type ToolUse } from './scriptedModel.ts';

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An application that runs one prompt with any model that has OpenAI's API. */
export interface ChatApplication {
  /** As `lmcp connect` names it. */
  readonly name: string;
  /** What it puts before LMCP's names of tools. */
  readonly prefix: string;
  /** What a person has set before LMCP is connected. */
  readonly prepare?: (home: string, modelUrl: string) => Promise<void>;
  readonly prompt: (home: string, modelUrl: string) => Command;
}

const node = process.execPath;
const prompt = 'use the tools';

/** The path of the configuration that `lmcp connect continue` edits. */
const continueConfig = (home: string): string => join(home, '.continue/config.yaml');
/** A name of a provider that Cline has for any address. */
const clineProvider = ['-P', 'openai-compatible', '-m', 'scripted'];

export const chatApplications: Readonly<Record<string, ChatApplication>> = {
  OpenCode: {
    name: 'opencode',
    prefix: 'lmcp_',
    prompt: (_home, baseURL) => ({
      program: installed('opencode-linux-x64/bin/opencode'),
      args: ['run', '--model', 'scripted/scripted', prompt],
      env: {
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          autoupdate: false,
          provider: {
            scripted: {
              npm: '@ai-sdk/openai-compatible',
              options: { baseURL, apiKey: 'none' },
              models: { scripted: { name: 'scripted', tool_call: true } },
            },
          },
        }),
      },
    }),
  },
  'Copilot CLI': {
    name: 'copilot',
    prefix: 'lmcp-',
    prompt: (_home, modelUrl) => ({
      program: node,
      args: [application('copilot'), '-p', prompt, '--allow-all-tools'],
      env: {
        COPILOT_OFFLINE: 'true',
        COPILOT_PROVIDER_BASE_URL: modelUrl,
        COPILOT_PROVIDER_API_KEY: 'none',
        COPILOT_MODEL: 'scripted',
      },
    }),
  },
  'Cline CLI': {
    name: 'cline-cli',
    prefix: 'lmcp__',
    prepare: (home, modelUrl) =>
      run(home, {
        program: application('cline'),
        args: ['auth', '-p', 'openai', '-k', 'none', '-m', 'scripted', '-b', modelUrl],
      }),
    prompt: () => ({
      program: application('cline'),
      args: [...clineProvider, '--auto-approve', 'true', '--json', prompt],
    }),
  },
  'Continue CLI': {
    name: 'continue',
    prefix: '',
    prepare: async (home, apiBase) => {
      const model = { name: 'scripted', provider: 'openai', model: 'scripted', apiBase, apiKey: 'none' };
      const models = [{ ...model, roles: ['chat'], capabilities: ['tool_use'] }];
      await mkdir(join(home, '.continue'));
      await writeFile(
        continueConfig(home),
        stringify({ name: 'test', version: '1.0.0', schema: 'v1', models }),
      );
    },
    prompt: (home) => ({
      program: node,
      args: [application('cn'), '-p', '--auto', '--config', continueConfig(home), prompt],
    }),
  },
};

/** Runs an application for one prompt, connected by `lmcp connect`, with a script in the place of its model. */
export async function runChat(
  gateway: TestGateway,
  caller: Caller,
  app: ChatApplication,
  uses: readonly ToolUse[],
): Promise<Session> {
  await using model = await ScriptedModel.start(app.prefix, uses);
  const home = await applicationHome(gateway, app.name);
  await app.prepare?.(home, model.url);
  await connectApplication(gateway, app.name, caller, home);
  await run(home, app.prompt(home, model.url));
  return { offered: model.offered, responses: model.responses };
}

async function run(home: string, { program, args, env = {} }: Command): Promise<void> {
  const child = spawn(program, args, {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  if (child.exitCode !== 0) throw new Error(`${program} exited with ${String(child.exitCode)}: ${out}${err}`);
}
