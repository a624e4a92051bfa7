import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Present } from '../plan.ts';
import { readConfiguration } from '../readConfiguration.ts';
import { bundledServers } from './bundledServers.ts';
import { launchOf } from './launch.ts';
import { planAdd, questionsOf, wrongAnswer } from './planAdd.ts';
import { searchCatalogue, serverNamed } from './searchCatalogue.ts';
import { readServerJson, type ServerJson } from './serverJson.ts';

const none: Present = { servers: new Map(), clients: new Map(), secrets: new Map() };
const noAnswer = (): undefined => undefined;

const weather = {
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: 'io.github.someone/weather-mcp',
  description: 'Forecasts',
  version: '1.2.0',
  packages: [
    {
      registryType: 'pypi',
      identifier: 'weather-mcp',
      version: '1.2.0',
      runtimeHint: 'uvx',
      transport: { type: 'stdio' },
      packageArguments: [
        { type: 'positional', value: 'serve' },
        { type: 'named', name: '--units', choices: ['metric', 'imperial'], default: 'metric' },
        { type: 'named', name: '--verbose', format: 'boolean' },
        { type: 'positional', valueHint: 'place', isRepeated: true },
      ],
      environmentVariables: [
        { name: 'WEATHER_KEY', isRequired: true, isSecret: true },
        { name: 'AUTH', value: 'Basic {user}', variables: { user: { isRequired: true } } },
        { name: 'PROXY' },
      ],
    },
  ],
  remotes: [
    {
      type: 'streamable-http',
      url: 'https://{region}.weather.example.com/mcp',
      variables: { region: { default: 'eu' } },
      headers: [
        {
          name: 'Authorization',
          value: 'Bearer {token}',
          variables: { token: { isSecret: true, isRequired: true } },
        },
      ],
    },
  ],
};

function read(value: object): ServerJson {
  const result = readServerJson(JSON.stringify(value));
  if (!result.ok) throw new Error(result.message);
  return result.servers[0]!;
}

const npm = (more: object): ServerJson =>
  read({
    name: 'a/b',
    description: '',
    version: '1.0.0',
    packages: [
      { registryType: 'npm', identifier: 'b', version: '1.0.0', transport: { type: 'stdio' }, ...more },
    ],
  });

describe('a server.json', () => {
  test('is one server, a list, or what the API of a registry answers', () => {
    for (const value of [weather, [weather], { servers: [{ server: weather, _meta: {} }], metadata: {} }])
      expect(readServerJson(`\uFEFF${JSON.stringify(value)}`)).toMatchObject({
        ok: true,
        servers: [{ name: weather.name }],
      });
  });

  test.each([
    ['{', 'it is not JSON'],
    ['[]', 'it names no server'],
    [JSON.stringify({ ...weather, packages: [{ registryType: 'npm' }] }), 'packages.0.identifier'],
    [
      JSON.stringify({ ...weather, packages: [{ ...weather.packages[0], identifier: '--call=x' }] }),
      'identifier',
    ],
    [JSON.stringify([weather, { name: 'x' }]), '1.description'],
  ])('that is none is rejected with the place: %s', (text, message) => {
    expect(readServerJson(text)).toEqual({ ok: false, message: expect.stringContaining(message) as string });
  });

  test('becomes a section with its answers, its secrets apart, and grants to nobody unless said', () => {
    const answers = { WEATHER_KEY: 'key-of-weather', user: 'me', place: 'Paris\nLyon', verbose: 'true' };
    const planned = planAdd(read(weather), none, { answers, clients: [] });
    expect(planned).toMatchObject({ ok: true, id: 'weather', missing: [] });
    if (!planned.ok) return;
    expect(planned.plan.servers.get('weather')).toEqual({
      transport: 'stdio',
      command: 'uvx',
      args: ['weather-mcp@1.2.0', 'serve', '--units', 'metric', '--verbose', 'Paris', 'Lyon'],
      env: { WEATHER_KEY: '${secret:weather.WEATHER_KEY}', AUTH: 'Basic me' },
    });
    expect(planned.plan.secrets.get('weather')).toEqual(new Map([['weather.WEATHER_KEY', 'key-of-weather']]));
    expect(planned.plan.grants.size).toBe(0);
    const granted = planAdd(read(weather), none, { answers, clients: ['codex'] });
    expect(granted.ok && [...granted.plan.grants.keys()]).toEqual(['codex']);
  });

  test('asks for what it needs; a secret that is not given has its place', () => {
    expect(questionsOf(read(weather)).map(({ name, required, secret }) => [name, required, secret])).toEqual([
      ['units', false, false],
      ['verbose', false, false],
      ['place', false, false],
      ['WEATHER_KEY', true, true],
      ['user', true, false],
      ['PROXY', false, false],
    ]);
    const planned = planAdd(read(weather), none, { answers: {}, clients: [] });
    expect(planned.ok && planned.missing.map(({ name }) => name)).toEqual(['WEATHER_KEY', 'user']);
    expect(planned.ok && planned.plan.asked.get('weather')).toEqual(['weather.WEATHER_KEY']);
  });

  test('names its remote endpoint, a free id and the secrets of its headers', () => {
    const present = {
      ...none,
      servers: new Map([['weather', {}]]),
      secrets: new Map([['weather-2.token', null]]),
    };
    const planned = planAdd(read(weather), present, { answers: { token: 't' }, kind: 'remote', clients: [] });
    expect(planned.ok && planned.plan.servers.get('weather-2')).toEqual({
      transport: 'http',
      url: 'https://eu.weather.example.com/mcp',
      remote: true,
      headers: { Authorization: 'Bearer ${secret:weather-2.token-2}' },
    });
  });

  test('is read by an import, too: what it requires is asked for', () => {
    expect(readConfiguration(JSON.stringify(weather))).toMatchObject({
      ok: true,
      servers: [{ name: 'weather', entry: { command: 'uvx', env: { WEATHER_KEY: '${secret:?}' } } }],
    });
  });

  test.each([
    [{ version: 'latest' }, 'names no exact version'],
    [{ version: '^1.2.0' }, 'names no exact version'],
    [{ version: '1.x' }, 'names no exact version'],
    [{ version: undefined }, 'names no exact version'],
    [{ registryBaseUrl: 'https://packages.example.com' }, 'of another registry'],
    [{ transport: { type: 'sse' } }, 'listens on a port'],
    [{ registryType: 'mcpb' }, "can't start mcpb"],
    [{ runtimeHint: 'sh' }, "can't start npm"],
    [
      { registryType: 'oci', identifier: 'docker.io/a/b:latest', version: undefined },
      'names no exact version',
    ],
  ])('cannot be started with %j', (more, reason) => {
    expect(launchOf(npm(more), noAnswer)).toEqual({
      ok: false,
      reason: expect.stringContaining(reason) as string,
    });
  });

  test('starts an image with its variables by name', () => {
    const env = [{ name: 'KEY', value: 'v' }];
    const image = {
      registryType: 'oci',
      identifier: 'docker.io/a/b:1.0',
      version: undefined,
      environmentVariables: env,
    };
    expect(launchOf(npm(image), noAnswer)).toMatchObject({
      server: {
        command: 'docker',
        args: ['run', '-i', '--rm', '-e', 'KEY', 'docker.io/a/b:1.0'],
        env: { KEY: 'v' },
      },
    });
  });

  test('rejects answers to unknown questions, and answers that are not among the choices', () => {
    const questions = questionsOf(read(weather));
    expect(wrongAnswer(questions, { units: 'metric' })).toBeUndefined();
    expect(wrongAnswer(questions, { units: 'stone' })).toBe('units is one of metric, imperial');
    expect(wrongAnswer(questions, { constructor: 'x' })).toContain('does not ask for constructor');
    expect(wrongAnswer(questions, { place: 'a\0b' })).toContain('NUL');
  });
});

describe('the catalogue that comes with LMCP', () => {
  const pinned = ['e2e/package.json', 'gateway/bench/search/servers/package.json'].flatMap((file) => {
    const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
    return Object.entries((JSON.parse(text) as { dependencies: Record<string, string> }).dependencies);
  });
  const versions = new Map(pinned);

  test.each(bundledServers.map((server) => [server.name, server] as const))(
    '%s starts the version that the tests start',
    (_, server) => {
      const [one] = server.packages ?? [];
      expect([one?.identifier, one?.version]).toEqual([one?.identifier, versions.get(one?.identifier ?? '')]);
      expect(readServerJson(JSON.stringify(server))).toMatchObject({ ok: true });
      expect(launchOf(server, ({ default: fallback }) => fallback ?? 'x')).toMatchObject({ ok: true });
    },
  );

  test('gives servers that keep the state of a window an instance for each session', () => {
    const scoped = bundledServers.filter((server) => {
      const launch = launchOf(server, noAnswer);
      return launch.ok && launch.server['scope'] === 'session';
    });
    expect(scoped.map(({ name }) => name)).toEqual([
      'npm/sequential-thinking',
      'npm/playwright',
      'npm/chrome-devtools',
    ]);
  });

  test('is searched by words of names, packages and descriptions, names first', () => {
    expect(searchCatalogue(bundledServers, 'search').map(({ name }) => name)[0]).toBe('npm/brave-search');
    expect(searchCatalogue(bundledServers, 'MERGE requests').map(({ name }) => name)).toEqual(['npm/gitlab']);
    expect(searchCatalogue(bundledServers, '')).toHaveLength(bundledServers.length);
    expect(serverNamed(bundledServers, '@playwright/mcp')?.name).toBe('npm/playwright');
    expect(serverNamed(bundledServers, 'play')).toBeUndefined();
  });
});
