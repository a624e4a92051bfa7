import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainFailure, npmUnder } from './npm.mjs';

describe('npmUnder', () => {
  it('runs the npm that started us with the given Node, which its scripts find first as well', () => {
    const npm = npmUnder('/n24/bin/node', { npm_execpath: '/usr/lib/npm/bin/npm-cli.js', PATH: '/usr/bin' });
    expect(npm).toMatchObject({ command: '/n24/bin/node', prefix: ['/usr/lib/npm/bin/npm-cli.js'] });
    expect(npm.env.PATH).toBe(`/n24/bin${delimiter}/usr/bin`);
  });

  it('takes npm from the PATH where another package manager, or none, started us', () => {
    expect(npmUnder('/n24/bin/node', { npm_execpath: '/opt/pnpm.cjs' })).toMatchObject({
      command: 'npm',
      prefix: [],
    });
    expect(npmUnder('/n24/bin/node', {})).toMatchObject({ command: 'npm', prefix: [] });
  });
});

describe('explainFailure', () => {
  it.each([
    ['npm error code EAI_AGAIN\nnpm error network request failed', 'could not reach its registry'],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['npm error code ENOSPC', 'disk is full'],
    ['npm error code EACCES', 'may not be written'],
  ])('says what to do about %j', (output, message) => {
    expect(explainFailure('installing dependencies', output)).toContain(message);
  });

  it('shows neither a stack nor the credentials in an address', () => {
    const output =
      'npm error request to https://me:secret@example.org/hono failed\nnpm error     at Socket (x.js:1)';
    const message = explainFailure('installing dependencies', output);
    expect(message).toContain('request to https://example.org/hono failed');
    expect(message).not.toMatch(/secret|Socket/);
  });

  it("passes on npm's own errors, without its warnings and without where its log is", () => {
    const output =
      'npm warn old\nnpm error code E404\nnpm error A complete log of this run can be found in: /x';
    expect(explainFailure('installing dependencies', output)).toBe(
      'installing dependencies failed: npm said the following.\n  npm error code E404',
    );
  });
});
