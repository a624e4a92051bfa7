import { describe, expect, it } from 'vitest';
import { commandLine } from './commandLine.ts';

const place = {
  path: '/usr/bin',
  cwd: '/home/me',
  command: '/opt/lmcp/node_modules/.bin/lmcp',
  registry: undefined,
  exists: () => false,
};

describe('commandLine', () => {
  it('is short where a shell finds the command', () => {
    const exists = (path: string) => path === '/usr/bin/lmcp';
    expect(commandLine({ ...place, exists }, 'status')).toBe('lmcp status');
  });

  it('names the place of the command otherwise, whatever npm put on the PATH', () => {
    const npm = {
      ...place,
      path: '/opt/lmcp/node_modules/.bin:/usr/bin',
      exists: (path: string) => path.includes('.bin'),
    };
    expect(commandLine(npm, 'status')).toBe('/opt/lmcp/node_modules/.bin/lmcp status');
    expect(commandLine({ ...npm, cwd: '/opt/lmcp' }, 'status')).toBe('./node_modules/.bin/lmcp status');
  });

  it('names the registry that was given, quoted for a shell', () => {
    const exists = () => true;
    expect(commandLine({ ...place, exists, registry: "it's.yaml" }, 'status')).toBe(
      "lmcp status --registry 'it'\\''s.yaml'",
    );
  });
});
