import { describe, expect, it } from 'vitest';
import { parseRegistry } from '../../parse.ts';
import { testRules } from '../../container/testing/testRules.ts';
import type { RegistryContext } from '../read/readContext.ts';
import type { Server } from '../../types.ts';

const context: RegistryContext = { env: { KEY: 'v' }, baseDir: '/srv/lmcp', readTokenFile: () => '' };
const self = { image: 'lmcp:1', instance: 'home', network: 'lmcp-servers' };
const parse = (lines: string[], more: Partial<RegistryContext> = {}) =>
  parseRegistry(`servers:\n  s:\n${lines.map((line) => `    ${line}\n`).join('')}`, { ...context, ...more });
function server(lines: string[], more: Partial<RegistryContext> = {}): Server {
  const parsed = parse(lines, more);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.registry.servers.get('s')!;
}
const problems = (lines: string[], more: Partial<RegistryContext> = {}): string[] => {
  const parsed = parse(lines, more);
  return parsed.ok ? [] : parsed.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};

describe('servers in containers', () => {
  it('an image with everything that it can have', () => {
    const read = server([
      'transport: stdio',
      'image: mcp/fetch',
      'args: ["--port", 1]',
      'env: { TOKEN: "${KEY}" }',
      'mounts: [{ source: ./data, target: /data }]',
      'memory: 1g',
      'scope: shared',
      'timeouts: { tools_call_s: 5 }',
    ]);
    expect(read).toMatchObject({
      runtime: 'container',
      scope: 'shared',
      stdioMode: 'newline',
      timeouts: { toolsCallS: 5 },
      spec: {
        image: 'mcp/fetch',
        args: ['--port', '1'],
        env: new Map([['TOKEN', 'v']]),
        mounts: [{ source: '/srv/lmcp/data', readOnly: true }],
        network: 'none',
        readOnly: true,
        memory: 1024 ** 3,
      },
    });
  });

  it('a command for Docker, read and not run', () => {
    const read = server([
      'transport: stdio',
      'command: docker',
      'args: [run, -i, --rm, -e, A, mcp/x]',
      'env: {A: b}',
    ]);
    expect(read).toMatchObject({
      runtime: 'container',
      spec: { image: 'mcp/x', env: new Map([['A', 'b']]) },
    });
  });

  it('reads egress where there is a proxy, and rejects it where nothing would enforce it', () => {
    const image = ['transport: stdio', 'image: mcp/x', "egress: ['API.github.com:443', '10.0.0.5:80']"];
    const npx = ['transport: stdio', 'command: npx', 'args: [x]', "egress: ['api.github.com:443']"];
    const stack = { selfImage: { ...self, hasEgress: true }, insideImage: true };
    expect(server(image, stack)).toMatchObject({
      spec: {
        network: 'none',
        egress: [
          { host: 'api.github.com', port: 443 },
          { host: '10.0.0.5', port: 80 },
        ],
        loosened: ['reaches api.github.com:443, 10.0.0.5:80'],
      },
    });
    expect(server(npx, stack)).toMatchObject({
      spec: { network: 'none', extraHosts: [], egress: [{ host: 'api.github.com', port: 443 }] },
    });
    const nowhere = { selfImage: self, insideImage: true };
    for (const entry of [image, npx]) {
      expect(problems(entry, nowhere)).toEqual([expect.stringMatching(/egress requires the stack/)]);
    }
    expect(problems(npx, { insideImage: false })).toEqual([
      expect.stringMatching(/egress is not enforced here/),
    ]);
    expect(problems([...image, 'network: bridge'], stack)).toEqual([
      expect.stringMatching(/network: egress names what the server may reach/),
    ]);
    expect(problems(['transport: stdio', 'image: x', 'egress: [api.github.com]'], stack)).toEqual([
      expect.stringMatching(/egress is not host:port/),
    ]);
    const run = ['transport: stdio', 'command: docker', 'args: [run, -i, x]', "egress: ['a.example:1']"];
    expect(problems(run, stack)).toEqual([expect.stringMatching(/egress is not enforced here/)]);
  });

  it('reads the file of --env-file, and in a container says what to write in its place', () => {
    const entry = ['transport: stdio', 'command: docker', 'args: [run, -i, --env-file, ./x.env, mcp/x]'];
    const readTokenFile = (path: string): string => `FROM=${path}\n`;
    expect(server(entry, { readTokenFile })).toMatchObject({
      spec: { env: new Map([['FROM', '/srv/lmcp/x.env']]) },
    });
    const parsed = parse(entry, { readTokenFile, selfImage: self, insideImage: true });
    const path = 'servers.s.args[2]';
    const message = '--env-file names a file that the gateway’s container does not see';
    const fix = 'write its variables under env:, as NAME: value, and name each with -e NAME';
    expect(parsed).toMatchObject({ ok: false, problems: [{ line: 5, path, message, fix }] });
  });

  it('each problem at its line, and none twice', () => {
    expect(
      problems([
        'transport: stdio',
        'image: mcp/x',
        'network: host',
        'memory: [1]',
        'mounts:',
        '  - source: /etc',
        '    target: /e',
        'netwrok: x',
      ]),
    ).toEqual([
      expect.stringMatching(/^5 servers\.s\.network: network would share/),
      expect.stringMatching(/^6 servers\.s\.memory: /),
      expect.stringMatching(/^8 servers\.s\.mounts\[0\]\.source: mounts can’t be mounted/),
      expect.stringMatching(/^10 servers\.s\.netwrok: unknown key/),
    ]);
    expect(problems(['transport: stdio', 'command: docker', 'args: [run, -i, --privileged, x]'])).toEqual([
      expect.stringMatching(/^5 servers\.s\.args\[2\]: --privileged would give/),
    ]);
  });

  it('a command beside the gateway, by default where the gateway runs from its image', () => {
    const npx = ['transport: stdio', 'command: npx', 'args: [-y, x]'];
    expect(server(npx)).toMatchObject({ runtime: 'process' });
    expect(server(npx, { selfImage: self, insideImage: true })).toMatchObject({
      runtime: 'container',
      spec: { image: 'lmcp:1', entrypoint: ['npx'], args: ['-y', 'x'], network: 'lmcp-servers' },
    });
    expect(server([...npx, 'runtime: process'], { selfImage: self, insideImage: true })).toMatchObject({
      runtime: 'process',
    });
    expect(problems([...npx, 'runtime: container'])).toHaveLength(1);
    expect(problems([...npx, 'cwd: /srv'], { selfImage: self, insideImage: true })).toHaveLength(1);
  });

  it('relative mounts against the host’s folder where the gateway is told it', () => {
    const lines = ['transport: stdio', 'image: x', 'mounts: [{ source: ./data, target: /data }]'];
    expect(server(lines, { mountBase: '/home/me/lmcp' })).toMatchObject({
      spec: { mounts: [{ source: '/home/me/lmcp/data' }] },
    });
  });

  it('what the guard would not allow, each at its line, as a warning', () => {
    const warnings = (lines: string[]): string[] => {
      const parsed = parse(lines, { guard: testRules, selfImage: self, insideImage: true });
      return parsed.warnings.map(({ line, path, message, fix }) => `${line} ${path}: ${message} (${fix})`);
    };
    const image = ['transport: stdio', 'image: ghcr.io/x/y'];
    expect(
      warnings([...image, 'network: browsing', 'mounts: [{ source: /srv/files/a, target: /a }]']),
    ).toEqual([]);
    expect(
      warnings([
        'transport: stdio',
        'image: registry:5000/y',
        'network: lan',
        'memory: 5g',
        'cpus: 9',
        'pids_limit: 2000',
        'mounts:',
        '  - source: /home/me',
        '    target: /h',
        '  - { source: other, target: /o }',
      ]),
    ).toEqual([
      expect.stringMatching(/^4 servers.s.image: .*registry:5000.*LMCP_GUARD_REGISTRIES/),
      expect.stringMatching(/^5 servers.s.network: .*allows none, bridge, browsing .*LMCP_GUARD_NETWORKS/),
      expect.stringMatching(/^6 servers.s.memory: .*at most 4096m.*LMCP_GUARD_MAX_MEMORY/),
      expect.stringMatching(/^7 servers.s.cpus: .*at most 8 .*LMCP_GUARD_MAX_CPUS/),
      expect.stringMatching(/^8 servers.s.pids_limit: .*at most 1024 .*LMCP_GUARD_MAX_PIDS/),
      expect.stringMatching(/^10 servers.s.mounts\[0\].source: .*no root.*LMCP_GUARD_READ_ONLY_ROOTS/),
      expect.stringMatching(/^12 servers.s.mounts\[1\].source: .*volume other.*LMCP_GUARD_VOLUMES/),
    ]);
    expect(warnings(['transport: stdio', 'command: docker', 'args: [run, -i, --network=lan, x]'])).toEqual([
      expect.stringMatching(/^5 servers.s.args: .*network lan/),
    ]);
    expect(warnings(['transport: stdio', 'command: npx', 'args: [x]'])).toEqual([
      expect.stringMatching(/^4 servers.s.command: .*network lmcp-servers/),
    ]);
  });

  it('Docker’s default network is the stack’s in compose', () => {
    const engine = {
      defaultNetwork: 'lmcp-servers',
      isHost: () => false,
      isContext: () => false,
      podmanSocket: undefined,
    };
    for (const entry of [
      ['transport: stdio', 'image: x', 'network: bridge'],
      ['transport: stdio', 'command: docker', 'args: [run, -i, x]'],
      ['transport: stdio', 'command: podman', 'args: [run, -i, x]'],
    ]) {
      expect(server(entry, { engine })).toMatchObject({
        runtime: 'container',
        spec: { network: 'lmcp-servers' },
      });
    }
    expect(server(['transport: stdio', 'image: x'], { engine })).toMatchObject({ spec: { network: 'none' } });
  });
});
