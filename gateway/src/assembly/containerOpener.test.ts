import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { resolveSpec } from '../registry/container/spec.ts';
import type { ContainerServer } from '../registry/types.ts';
import type { Audit } from '../audit/types.ts';
import { containerOpener } from './containerOpener.ts';

/** An engine on a Unix socket that knows no image; gives what it was asked. */
async function engineAt(socketPath: string): Promise<string[]> {
  const asked: string[] = [];
  const engine = http.createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v1\.\d+|\?.*$/g, '');
    asked.push(path);
    const answers: Record<string, unknown> = {
      '/version': { ApiVersion: '1.41' },
      '/info': { MemoryLimit: true, PidsLimit: true },
      '/containers/json': [],
    };
    response.writeHead(path in answers ? 200 : 404).end(JSON.stringify(answers[path] ?? { message: 'none' }));
  });
  await new Promise<void>((resolve) => engine.listen(socketPath, resolve));
  onTestFinished(() => void engine.close());
  return asked;
}

it('starts a server on the engine that its entry names, once leftovers are removed from it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-runtime-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const registryPath = join(folder, 'registry.yaml');
  await writeFile(registryPath, '');
  const [docker, podman] = [join(folder, 'docker.sock'), join(folder, 'podman.sock')];
  const [ofDocker, ofPodman] = [await engineAt(docker), await engineAt(podman)];
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const opener = await containerOpener({
    env: { DOCKER_HOST: `unix://${docker}` },
    registryPath,
    auditLog: join(folder, 'audit.log'),
    logger: quiet,
    disk: { onFull: () => () => undefined },
    audit: {} as Audit,
  });
  onTestFinished(() => opener.close());
  const open = (engineSocket?: string) => {
    const spec = resolveSpec({ image: 'x', pull: 'never', engineSocket }, 'docker-run');
    const server = { id: 's', stdioMode: 'newline', spec } as ContainerServer;
    const events = { message: () => undefined, end: () => undefined };
    return opener.open(server, events, new AbortController().signal);
  };
  await expect(open()).rejects.toMatchObject({ kind: 'command_not_found' });
  expect(ofPodman).toEqual([]);
  expect(ofDocker).toContain('/images/x/json');
  await expect(open(podman)).rejects.toMatchObject({ kind: 'command_not_found' });
  expect(ofPodman).toContain('/images/x/json');
  expect(ofPodman.indexOf('/containers/json')).toBeLessThan(ofPodman.indexOf('/images/x/json'));
  // The stream of events that was opened beside the first start may reach it late.
  const others = ofDocker.filter((path) => path !== '/events');
  expect(others.sort()).toEqual(['/containers/json', '/images/x/json', '/info', '/version']);
});
