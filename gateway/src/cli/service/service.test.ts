import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordedProgram, type Service, type ServiceMachine, type ServiceProgram } from './service.ts';
import { serviceFor } from './serviceFor.ts';

const machine = (platform: NodeJS.Platform): ServiceMachine => ({
  platform,
  home: platform === 'win32' ? 'C:\\Users\\ann' : '/home/ann',
  uid: 1000,
  env: platform === 'win32' ? { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' } : {},
});
const program: ServiceProgram = {
  node: '/opt/node 24/bin/node',
  script: '/opt/lmcp/bin/lmcp.mjs',
  registry: '/home/ann/.config/lmcp/registry.yaml',
  env: { PATH: '/home/ann/.local/bin:/usr/bin', DOCKER_HOST: 'unix:///run/user/1000/docker.sock' },
};
const platforms = ['linux', 'darwin', 'win32'] as const;
/** Whatever a path may hold; a control character is rejected. */
const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => !/[\p{Cc}\p{Cs}]/u.test(one));

test.each([
  ['linux', '/home/ann/.config/systemd/user/lmcp.service', 'systemctl --user enable --now lmcp.service'],
  [
    'darwin',
    '/home/ann/Library/LaunchAgents/lmcp.gateway.plist',
    'launchctl bootstrap gui/1000 /home/ann/Library/LaunchAgents/lmcp.gateway.plist',
  ],
  ['win32', 'C:\\Users\\ann\\AppData\\Local\\lmcp\\service.xml', 'schtasks /Run /TN LMCP'],
] as const)('on %s the service is %s', (platform, file, lastCommand) => {
  const service = serviceFor(machine(platform), program);
  expect([service.file, service.install.at(-1)?.join(' ')]).toEqual([file, lastCommand]);
});

test('the folder of units follows XDG_CONFIG_HOME, a relative one does not count', () => {
  const file = (value: string): string =>
    serviceFor({ ...machine('linux'), env: { XDG_CONFIG_HOME: value } }, program).file;
  expect(file('/x')).toBe('/x/systemd/user/lmcp.service');
  expect(file('x')).toBe('/home/ann/.config/systemd/user/lmcp.service');
});

test.each(platforms)('on %s the file says what was recorded, whatever the paths hold', (platform) => {
  fc.assert(
    fc.property(text, text, text, (node, registry, path) => {
      const given = { ...program, node, registry, env: { PATH: path } };
      expect(recordedProgram(serviceFor(machine(platform), given).text)).toEqual(given);
    }),
  );
});

test('systemd reads the words back as they were', () => {
  fc.assert(
    fc.property(text, text, (registry, path) => {
      const { text: unit } = serviceFor(machine('linux'), { ...program, registry, env: { PATH: path } });
      expect(wordsOf(unit, 'ExecStart').map((word) => word.replaceAll('$$', '$'))).toEqual([
        program.node,
        program.script,
        'serve',
        '--no-open',
        '--registry',
        registry,
      ]);
      expect(wordsOf(unit, 'Environment')).toEqual([`PATH=${path}`]);
    }),
  );
});

/** Of a line: its words in quotes, without C escapes and specifiers (systemd.syntax(7)). */
function wordsOf(unit: string, key: string): string[] {
  const line = unit.split('\n').find((one) => one.startsWith(`${key}=`)) ?? '';
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/gu)].map(([, word = '']) =>
    word.replace(/\\(.)/gu, '$1').replaceAll('%%', '%'),
  );
}

test.each(['darwin', 'win32'] as const)('on %s no path leaves its element or the record', (platform) => {
  const hostile = `</string><string>&amp;-->'"; Remove-Item C: #`;
  const service: Service = serviceFor(machine(platform), { ...program, registry: hostile });
  expect(service.text).not.toContain('</string><string>&amp;');
  const [, comment = ''] = /<!--(.*?)-->/s.exec(service.text) ?? [];
  expect(comment).not.toContain('--');
  expect(recordedProgram(comment)?.registry).toBe(hostile);
  // In PowerShell a doubled quote stands for one inside a literal.
  if (platform === 'win32') expect(service.text).toContain(`--&gt;''&quot;; Remove-Item`);
});

test('a control character is rejected', () => {
  for (const platform of platforms)
    expect(() => serviceFor(machine(platform), { ...program, registry: '/a\nExecStart=/b' })).toThrow(
      'control character',
    );
});
