import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scriptedTerminal } from '../testing/scriptedTerminal.ts';
import { requireChosen } from './chosenRegistry.ts';
import { rememberWritten } from './writtenRegistries.ts';

let home: string;
let registryPath: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lmcp-chosen-'));
  mkdirSync(join(home, 'config'));
  registryPath = join(home, 'config/registry.yaml');
  writeFileSync(registryPath, '');
});
afterEach(() => rmSync(home, { recursive: true }));

async function tried(
  chosen: boolean,
  answer?: string,
): Promise<{ asked: string[]; rejected: string | null }> {
  const asked: string[] = [];
  const person = answer !== undefined;
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  const terminal = scriptedTerminal({
    env: { HOME: home },
    stdinIsTerminal: person,
    stdoutIsTerminal: person,
    ask,
  });
  const commandLine = (rest: string): string => `lmcp ${rest}`;
  const done = requireChosen({ terminal, registryPath, registryChosen: chosen, commandLine });
  return {
    asked,
    rejected: await done.then(
      () => null,
      (error: unknown) => (error as Error).message,
    ),
  };
}

test('a chosen registry is not asked about', async () => {
  expect(await tried(true)).toEqual({ asked: [], rejected: null });
  expect(await tried(true, 'n')).toEqual({ asked: [], rejected: null });
});

test('one of the current folder is asked about on a terminal, each time, and rejected without one', async () => {
  const question = `${registryPath} was found in the current folder, and says which programs LMCP runs. Use it? [y/N] `;
  for (const answer of ['y', ' Yes ', 'y'])
    expect(await tried(false, answer)).toEqual({ asked: [question], rejected: null });
  for (const answer of ['', 'n'])
    expect((await tried(false, answer)).rejected).toContain('nothing was started');
  expect(await tried(false)).toEqual({
    asked: [],
    rejected: expect.stringContaining(`lmcp <command> --registry ${registryPath}`) as string,
  });
});

test('one that LMCP wrote is not asked about; who wrote it is noted in a file of mode 0600', async () => {
  await rememberWritten(registryPath, { HOME: home });
  expect(await tried(false)).toEqual({ asked: [], rejected: null });
  expect(statSync(join(home, '.local/state/lmcp/registries.json')).mode & 0o777).toBe(0o600);
  await rememberWritten(registryPath, { XDG_STATE_HOME: join(home, 'elsewhere') });
  expect(statSync(join(home, 'elsewhere/lmcp/registries.json')).mode & 0o777).toBe(0o600);
  await rememberWritten(registryPath, {});
});
