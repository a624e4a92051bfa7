import { get } from 'node:http';
import { networkInterfaces } from 'node:os';
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { post } from '../harness/rpc.ts';
import { freePort, root, TestGateway } from '../harness/gateway.ts';
import { realEngine } from '../harness/docker/containers.ts';

const { docker } = realEngine();
let container: StartedTestContainer;
let port: number;

/** As `docker run` has it, without compose.yaml: no engine, no further variables. */
beforeAll(async () => {
  const image = await GenericContainer.fromDockerfile(root)
    .withBuildkit()
    // A release is built from its digest; here, where no registry is, from a replacement.
    .withBuildArgs({ BASE: 'node:24-bookworm-slim' })
    .build('lmcp:image-test', { deleteOnExit: false });
  port = await freePort();
  container = await image
    .withCommand(['serve', '--port', String(port)])
    .withEnvironment({ LMCP_PORT: String(port) })
    .withExposedPorts({ container: port, host: port })
    .withTmpFs({ '/lmcp/config': 'rw,uid=1000,mode=0700', '/lmcp/logs': 'rw,uid=1000', '/tmp': 'rw' })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
}, 600_000);

afterAll(async () => {
  await container.stop();
  await docker.getImage('lmcp:image-test').remove();
});

async function inContainer(...command: string[]): Promise<string> {
  const { output, exitCode } = await container.exec(command);
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${output}`);
  return output.trim();
}

it('runs as a user without rights, and its own files are not that user’s', async () => {
  expect(await inContainer('id', '-u')).toBe('1000');
  expect(
    await inContainer('stat', '-c', '%U %a', '/etc/lmcp/image', '/opt/lmcp/gateway/src/main.ts'),
  ).toMatch(/^root 644\nroot 644$/);
  const loose = ['(', '-perm', '/6000', '-o', '-writable', ')', '-not', '-type', 'l'];
  expect(await inContainer('find', '/opt/lmcp', '/etc/lmcp', ...loose)).toBe('');
});

it('holds what the gateway runs from and nothing else, and no program that changes its user', async () => {
  expect((await inContainer('ls', '/opt/lmcp')).split('\n')).toEqual([
    ...['docker', 'gateway', 'node_modules', 'package-lock.json', 'package.json', 'sbom.cdx.json', 'web'],
  ]);
  expect((await inContainer('ls', '/opt/lmcp/gateway')).split('\n')).toEqual([
    'builtin',
    'package.json',
    'src',
  ]);
  const tests = ['(', '-name', '*.test.ts', '-o', '-name', 'testing', ')'];
  expect(await inContainer('find', '/opt/lmcp/gateway', ...tests)).toBe('');
  const { output } = await container.exec(['find', '/', '-xdev', '-type', 'f', '-perm', '/6000'], {
    user: 'root',
  });
  expect(output.trim()).toBe('');
});

it('names itself and its packages, and nothing of Compose', async () => {
  const { Labels: labels } = (await docker.getImage('lmcp:image-test').inspect()).Config;
  expect(Object.keys(labels).filter((name) => name.startsWith('com.docker'))).toEqual([]);
  expect(labels['org.opencontainers.image.title']).toBe('LMCP');
  const sbom = JSON.parse(await inContainer('cat', '/opt/lmcp/sbom.cdx.json')) as {
    bomFormat: string;
    components: { name: string; version: string; purl: string }[];
  };
  expect(sbom.bomFormat).toBe('CycloneDX');
  const installed = JSON.parse(await inContainer('cat', '/opt/lmcp/node_modules/zod/package.json')) as {
    version: string;
  };
  const zod = sbom.components.find(({ name }) => name === 'zod');
  expect(zod).toMatchObject({ version: installed.version, purl: `pkg:npm/zod@${installed.version}` });
});

it('listens where its port is published, and asks for a process by name in the registry that it writes', async () => {
  const registry = await inContainer('cat', '/lmcp/config/registry.yaml');
  expect(registry).toContain('host: 127.0.0.1');
  expect(registry).toContain('runtime: process');
  const token = /vscode:\s+token: "([^"]+)"/.exec(registry)?.[1] ?? '';
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'time__current_time' } };
  const answer = await post(`http://127.0.0.1:${port}/mcp`, JSON.stringify(call), {
    Authorization: `Bearer ${token}`,
  });
  expect(answer.body.result).toBeDefined();
  const shown = await inContainer('lmcp', 'status', '--json', '--port', String(port));
  expect(shown).toContain('runs as a process beside the gateway');
});

it('rejects a name that is not its own, though it listens on every address', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = get({ port, path: '/status', headers: { Host: 'lmcp.example.net' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
  });
  expect(status).toBe(403);
});

it('has LMCP_LISTEN count nowhere else', async () => {
  await using outside = await TestGateway.start({}, { LMCP_LISTEN: '0.0.0.0' });
  expect(outside.output).toContain('LMCP_LISTEN has no effect outside');
  const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const address = others.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  expect(address).toBeDefined();
  await expect(fetch(`http://${address}:${outside.port}/health`)).rejects.toThrow('fetch failed');
});

it('ends in order at SIGTERM', async () => {
  const running = docker.getContainer(container.getId());
  await running.kill({ signal: 'SIGTERM' });
  const { StatusCode: code } = (await running.wait()) as { StatusCode: number };
  expect(code).toBe(0);
});
