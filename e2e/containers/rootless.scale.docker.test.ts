import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGuard } from '../../gateway/src/guard/startGuard.ts';
import { resolveSpec } from '../../gateway/src/registry/container/spec.ts';
import { createRequest } from '../../gateway/src/upstream/container/docker/createRequest.ts';
import { DockerEngine } from '../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import { fixtureImage, guardRules, testInstance } from '../harness/docker/containers.ts';
import { RootlessEngine, type RootlessKind } from '../harness/docker/rootless.ts';
import { runLmcp } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callTool, type Caller } from '../harness/rpc.ts';

const caller: Caller = { id: 'tester', token: 'a-token-of-the-tester' };

describe.each<RootlessKind>(['Docker', 'Podman'])(
  'rootless %s on cgroup v1, which can limit nothing',
  (kind) => {
    it('gets no container: not from the gateway, not from the guard, and both name it', async () => {
      await using rootless = await RootlessEngine.start(kind);
      expect(await rootless.engine.limits()).toMatchObject({
        rootless: true,
        memory: false,
        processes: false,
      });
      const instance = testInstance();
      await using gateway = await TestGateway.start(
        {
          clients: { tester: { token: caller.token, allow_servers: ['image'] } },
          servers: { image: { transport: 'stdio', image: fixtureImage } },
        },
        { LMCP_INSTALLATION: instance, DOCKER_HOST: `unix://${rootless.socketPath}` },
      );
      const { body } = await callTool(gateway, caller, 'image__count');
      expect(body.error).toMatchObject({
        code: -32010,
        message: expect.stringContaining(
          `rootless ${kind} can’t hold it to its limit of memory and processes`,
        ) as string,
      });

      const doctor = await runLmcp(gateway.folder, ['doctor'], {
        LMCP_REGISTRY: gateway.registryPath,
        DOCKER_HOST: `unix://${rootless.socketPath}`,
      });
      expect(doctor.stdout).toMatch(new RegExp(`rootless ${kind} \\S+ can’t limit memory and processes`));

      const folder = await mkdtemp(join(tmpdir(), 'lmcp-rootless-guard-'));
      const denials: string[] = [];
      const warn = (message: string): undefined => void denials.push(message);
      const guard = await startGuard({
        engine: { socketPath: rootless.socketPath },
        listen: { socketPath: join(folder, 'guard.sock') },
        rules: guardRules(instance),
        logger: { info: () => undefined, warn, error: warn },
      });
      try {
        const guarded = new DockerEngine({ socketPath: join(folder, 'guard.sock') });
        const identity = { instance, server: 'image' };
        const spec = resolveSpec({ image: fixtureImage }, 'hardened');
        const request = createRequest(spec, { user: '', volumes: [] }, identity, await guarded.limits());
        await expect(guarded.create(`lmcp-${instance}-image-1`, request)).rejects.toMatchObject({
          kind: 'rejected',
          message: expect.stringContaining(`rootless ${kind} can’t hold it`) as string,
        });
        expect(denials).toHaveLength(1);
      } finally {
        await guard.close();
        await rm(folder, { recursive: true });
      }
      expect(await rootless.engine.list(instance)).toEqual([]);
    });
  },
);
