import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { resolveSpec } from '../../../../registry/container/spec.ts';
import { createRequest } from '../createRequest.ts';
import { DockerEngine } from './dockerEngine.ts';
import { DockerRuntime } from '../dockerRuntime.ts';
import { containerName, isOfThisRun } from '../labels.ts';
import { sweep } from '../../sweep.ts';

const container = (Id: string, name: string) => ({ Id, Names: [name], Labels: { 'lmcp.server': Id } });
let asked: string[];
/** The containers that the engine has. */
let there: object[];
let engine: DockerEngine;
const server = http.createServer((request, response) => {
  const url = decodeURIComponent(request.url ?? '').replace(/^\/v1\.\d+/, '');
  request.resume();
  asked.push(`${request.method} ${url}`);
  const json = (value: unknown): void => void response.writeHead(200).end(JSON.stringify(value));
  if (url === '/version') json({ ApiVersion: '1.45' });
  else if (url.startsWith('/containers/json')) json(there);
  else if (url.startsWith('/containers/create')) json({ Id: 'new' });
  else response.writeHead(204).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  engine = new DockerEngine({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  there = [container('ours', '/lmcp-home-ours-1'), container('claimed', '/postgres')];
});

it('sweeps what has the installation’s label and its name, and nothing that has the label alone', async () => {
  expect(await sweep(new DockerRuntime(engine, 'home'))).toEqual(['ours']);
  expect(asked.find((one) => one.startsWith('GET /containers/json'))).toContain('"lmcp.instance=home"');
  expect(asked.filter((one) => one.startsWith('DELETE'))).toEqual([
    'DELETE /containers/ours?force=true&v=true',
  ]);
});

it('a later sweep spares what this run has made', async () => {
  const [own, other] = [containerName('home', 'new'), 'lmcp-home-old-0123456789abcdef'];
  expect([own, other].map(isOfThisRun)).toEqual([true, false]);
  there = [container('new', `/${own}`), container('old', `/${other}`)];
  expect(await sweep(new DockerRuntime(engine, 'home'), { sparesOwn: true })).toEqual(['old']);
  expect(asked.filter((one) => one.startsWith('DELETE'))).toEqual([
    'DELETE /containers/old?force=true&v=true',
  ]);
});

it('says nothing of a container’s variables where addresses are logged', async () => {
  const spec = resolveSpec({ image: 'x', env: new Map([['TOKEN', 's3cret']]) }, 'hardened');
  const request = createRequest(spec, { user: '', volumes: [] }, { instance: 'home', server: 's' });
  expect(await engine.create('lmcp-home-s-1', request)).toBe('new');
  expect(asked.at(-1)).toBe('POST /containers/create?name=lmcp-home-s-1');
});
