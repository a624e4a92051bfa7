import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testInstance } from '../harness/docker/containers.ts';
import { ComposeStack } from '../harness/docker/composeStack.ts';
import { freePort } from '../harness/gateway.ts';

it('runs the stack from a clone that nobody can write to, with configuration and log elsewhere', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'lmcp-elsewhere-'));
  const [config, logs] = [join(elsewhere, 'config'), join(elsewhere, 'logs')];
  try {
    await using stack = await ComposeStack.up(
      testInstance(),
      await freePort(),
      { LMCP_CONFIG_DIR: config, LMCP_LOGS_DIR: logs },
      { isReadOnly: true },
    );
    expect(() => execFileSync('touch', [join(stack.folder, 'x')], { stdio: 'ignore' })).toThrow();
    expect((await stack.call('time__current_time')).isError).toBe(false);
    expect(await readdir(config)).toContain('registry.yaml');
    expect(await readdir(logs)).toContain('audit.log');
  } finally {
    execFileSync('chattr', ['-R', '-f', '-a', elsewhere]);
    await rm(elsewhere, { recursive: true });
  }
}, 600_000);
