import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ByteBudget } from '../../byteBudget.ts';
import { systemClock } from '../../clock.ts';
import { plain } from '../../upstream/testing/servers.ts';
import { ListMemory } from './listMemory.ts';

vi.setConfig({ testTimeout: 120_000 });

const rounds = process.env['LMCP_TEST_ALL'] === '1' ? 15 : 5;
const writer = new URL('../testing/writeProcess.ts', import.meta.url);

test('after a kill during a write, the file contains the complete old or the complete new list', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-lists-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const registry = join(folder, 'registry.yaml');
  for (let round = 0; round < rounds; round++) {
    const child = fork(writer, [registry]);
    let confirmed = 0;
    child.on('message', (step) => {
      confirmed = Number(step);
    });
    await once(child, 'message');
    // At any point of a later write.
    await pause(Math.random() * 40);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    const logger = { info: warn, warn, error: warn };
    const memory = await ListMemory.open(registry, {
      ...{ clock: systemClock, logger },
      held: new ByteBudget(() => 64 * 1024 ** 2),
    });
    const tools = memory.find(plain(), { clientId: 'red', sessionId: null })?.lists.get('tools')?.items ?? [];
    await memory.close();
    expect(warnings).toEqual([]);
    expect(tools).toHaveLength(2_000);
    const steps = new Set(tools.map(({ description }) => Number.parseInt(String(description), 10)));
    expect(steps.size).toBe(1);
    const [step = 0] = steps;
    // The confirmed write is on disk; the one after it may be.
    expect(step === confirmed || step === confirmed + 1).toBe(true);
  }
  expect(readdirSync(join(folder, '.lists')).filter((name) => !name.startsWith('.'))).toEqual(['plain.json']);
});
