import { describe, expect, it } from 'vitest';
import { isInstalled } from './dependencies.mjs';

const wanted = {
  packages: {
    '': { version: '1.0.0' },
    gateway: { version: '0.1.0' },
    'node_modules/lmcp-gateway': { resolved: 'gateway', link: true },
    'node_modules/hono': { version: '4.13.19', integrity: 'sha512-h' },
    'node_modules/vitest': { version: '5.1.1', integrity: 'sha512-v', dev: true },
    'node_modules/@rolldown/binding-win32': { version: '1.0.0', integrity: 'sha512-w', optional: true },
  },
};
const without = (...paths) => ({
  packages: Object.fromEntries(Object.entries(wanted.packages).filter(([path]) => !paths.includes(path))),
});

describe('isInstalled', () => {
  it('is false where nothing, or only half of it, was installed', () => {
    expect(isInstalled(wanted, null, { dev: false })).toBe(false);
    expect(isInstalled(wanted, without('node_modules/hono'), { dev: false })).toBe(false);
    expect(isInstalled(wanted, without('node_modules/lmcp-gateway'), { dev: false })).toBe(false);
  });

  it('takes an installation with the tools for production as well, but not the reverse', () => {
    expect(isInstalled(wanted, wanted, { dev: false })).toBe(true);
    const production = without('', 'node_modules/vitest');
    expect(isInstalled(wanted, production, { dev: false })).toBe(true);
    expect(isInstalled(wanted, production, { dev: true })).toBe(false);
  });

  it("does not miss another platform's binary", () => {
    expect(isInstalled(wanted, without('', 'node_modules/@rolldown/binding-win32'), { dev: true })).toBe(
      true,
    );
  });

  it.each([{ version: '4.13.20' }, { integrity: 'sha512-other' }])(
    'notices another package under the name: %o',
    (change) => {
      const installed = structuredClone(wanted);
      Object.assign(installed.packages['node_modules/hono'], change);
      expect(isInstalled(wanted, installed, { dev: false })).toBe(false);
    },
  );
});
