import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configuredRuntime } from '../../gateway/src/assembly/configuredRuntime.ts';
import { withTls } from '../../gateway/src/upstream/container/docker/engine/engineTls.ts';
import { makeCertificates } from '../harness/certificates.ts';
import {
  containerServer,
  realEngine,
  runServer,
  sweepInstance,
  testInstance,
} from '../harness/docker/containers.ts';

const instance = testInstance();
let folder: string;
let server: Server;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-tls-'));
  makeCertificates(folder, 'IP:127.0.0.1');
  await writeFile(join(folder, 'registry.yaml'), '');
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'server.pem', 'server.key'].map((name) => readFile(join(folder, name))),
  );
  // As an engine with --tlsverify: only clients of the authority get through to it.
  server = createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true }, (client) => {
    const engine = connect(realEngine().address.socketPath);
    for (const socket of [client, engine]) socket.on('error', () => undefined);
    client.pipe(engine).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  env = {
    DOCKER_HOST: `tcp://127.0.0.1:${port}`,
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: folder,
    LMCP_INSTALLATION: instance,
  };
});

afterAll(async () => {
  await sweepInstance(realEngine().engine, instance);
  server.close();
  await rm(folder, { recursive: true });
});

const configured = (more: Record<string, string> = {}) =>
  configuredRuntime({ ...env, ...more }, join(folder, 'registry.yaml'));

it('runs a server on an engine behind TLS, with both certificates verified', async () => {
  const { runtime: engine } = await configured();
  const running = await runServer(containerServer({}), { engine, instance });
  expect((await running.call('echo', { text: '€'.repeat(100_000) })).text).toHaveLength(100_000);
  await running.channel.close();
  expect(await running.ended).toEqual({ expected: true, code: 0, signal: null });
});

it('talks to no engine whose certificate is of another authority', async () => {
  const other = await mkdtemp(join(tmpdir(), 'lmcp-tls-'));
  try {
    makeCertificates(other, 'IP:127.0.0.1');
    const { runtime } = await configured({ DOCKER_CERT_PATH: other });
    await expect(runtime.capabilities()).rejects.toMatchObject({ kind: 'unreachable' });
  } finally {
    await rm(other, { recursive: true });
  }
});

it('says which certificate is missing, and takes no socket for TLS', async () => {
  await expect(configured({ DOCKER_CERT_PATH: '/nonesuch' })).rejects.toThrow('ca.pem can’t be read');
  await expect(withTls({ socketPath: '/x.sock' }, env)).rejects.toThrow('is a Unix socket');
});
