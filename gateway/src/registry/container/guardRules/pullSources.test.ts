import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicName, isRegistry, registryOf, sourceDenial } from './pullSources.ts';

describe('registryOf', () => {
  it.each([
    ['node', 'docker.io'],
    ['mcp/fetch', 'docker.io'],
    ['library/node:24', 'docker.io'],
    ['index.docker.io/mcp/fetch', 'docker.io'],
    ['docker.io/mcp/fetch', 'docker.io'],
    ['ghcr.io/a/b:1', 'ghcr.io'],
    ['GHCR.io/a/b', 'ghcr.io'],
    ['localhost/a', 'localhost'],
    ['Host/a', 'host'],
    ['host:5000/a', 'host:5000'],
    ['127.0.0.1:18390/any/path/x', '127.0.0.1:18390'],
    ['127.0.0.1', 'docker.io'],
    ['node:24', 'docker.io'],
  ])('reads %s as from %s', (image, registry) => {
    expect(registryOf(image)).toBe(registry);
  });
});

describe('sourceDenial', () => {
  it.each(['node', 'mcp/fetch', 'ghcr.io/a/b', 'mcr.microsoft.com/playwright/mcp', 'registry.xn--p1ai/a'])(
    'allows %s by default',
    (image) => {
      expect(sourceDenial(image, undefined)).toBeUndefined();
    },
  );

  it.each([
    '127.0.0.1/a',
    '127.0.0.1:5000/a',
    '127.1/a',
    '0177.0.0.1/a',
    '0x7f.0.0.1/a',
    '0X7F.1/a',
    '1.0x7f000001/a',
    '169.254.169.254/latest/meta-data',
    '10.0.0.1/a',
    '127.0.0.1./a',
    'localhost/a',
    'localhost:5000/a',
    'LOCALHOST/a',
    'host:5000/a',
    'Host/a',
    'a.localhost/a',
    'nas.local/a',
    'NAS.LOCAL/a',
    'metadata.google.internal/a',
    'host.docker.internal/a',
    'printer.lan/a',
    'router.home.arpa/a',
    'ghcr.io:443/a',
    'ghcr.io./a',
    '.ghcr.io/a',
    'a..b.io/a',
    '-a.io/a',
    'a_b.io/a',
  ])('denies %s by default', (image) => {
    expect(sourceDenial(image, undefined)).toContain('LMCP_GUARD_REGISTRIES');
  });

  it('allows exactly the registries that are named, also with a port', () => {
    const named = ['ghcr.io', '127.0.0.1:5000'];
    expect(sourceDenial('ghcr.io/a', named)).toBeUndefined();
    expect(sourceDenial('127.0.0.1:5000/a', named)).toBeUndefined();
    for (const image of [
      'node',
      'quay.io/a',
      '127.0.0.1/a',
      '127.0.0.1:5001/a',
      'x.ghcr.io/a',
      'ghcr.io.x/a',
    ]) {
      expect(sourceDenial(image, named)).toContain('is not among those');
    }
    expect(sourceDenial('node', [])).toContain('docker.io');
  });
});

describe('isPublicName', () => {
  const octet = fc.nat(255);
  const spelled = (value: number): fc.Arbitrary<string> =>
    fc.constantFrom(
      String(value),
      `0${value.toString(8)}`,
      `0x${value.toString(16)}`,
      `0X${value.toString(16)}`,
    );

  it('is never true of an IPv4 address, however its parts are spelled', () => {
    const address = fc
      .array(octet, { minLength: 1, maxLength: 4 })
      .chain((parts) => fc.tuple(...parts.map(spelled)))
      .map((parts) => parts.join('.'));
    fc.assert(fc.property(address, (host) => !isPublicName(host) && !isPublicName(`${host}.`)));
  });

  it('is never true of what a URL parser reads as an IP address', () => {
    const near = fc.stringMatching(/^[0-9a-fxX.]{1,20}$/);
    fc.assert(
      fc.property(near, (host) => {
        if (!URL.canParse(`http://${host}/`)) return;
        const read = new URL(`http://${host}/`).hostname;
        if (isIP(read.replace(/^\[|\]$/g, '')) !== 0) expect(isPublicName(host)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never true of IPv6, a port or a single label', () => {
    fc.assert(fc.property(fc.ipV6(), (host) => !isPublicName(host) && !isPublicName(`[${host}]`)));
    fc.assert(fc.property(fc.domain(), fc.nat(65_535), (host, port) => !isPublicName(`${host}:${port}`)));
    fc.assert(fc.property(fc.stringMatching(/^[a-z0-9-]{1,30}$/), (host) => !isPublicName(host)));
  });

  it('judges any text without throwing, and only allows letters, digits, dots and hyphens', () => {
    fc.assert(
      fc.property(fc.string(), (host) => {
        if (isPublicName(host)) expect(host).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      }),
    );
  });
});

it('reads a registry as a host with an optional port', () => {
  expect(['ghcr.io', 'localhost:5000', '127.0.0.1:5000', 'registry'].every(isRegistry)).toBe(true);
  for (const wrong of [
    '',
    'a/b',
    'https://ghcr.io',
    'a:0',
    'a:65536',
    'a:b',
    'a:1:2',
    'A.io',
    'a b',
    '*.io',
  ]) {
    expect(isRegistry(wrong)).toBe(false);
  }
});
