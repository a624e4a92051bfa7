import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { route } from './routes.ts';
import { testRules } from '../../registry/container/testing/testRules.ts';

const id = 'a'.repeat(64);
const of = (method: string, url: string) => route(method, url, testRules);
const enginePath = (method: string, url: string): string | undefined => {
  const to = of(method, url);
  if (to === undefined || !('path' in to)) return undefined;
  return to.kind === 'container' ? to.path(id) : to.path;
};

describe('route', () => {
  it('knows the calls that a gateway makes, with or without a version', () => {
    for (const prefix of ['', '/v1.41', '/v1.45']) {
      expect(of('POST', `${prefix}/containers/create?name=x`)).toEqual({
        kind: 'create',
        name: 'x',
        platform: undefined,
      });
      expect(enginePath('GET', `${prefix}/_ping`)).toBe('/_ping');
      expect(enginePath('GET', `${prefix}/version`)).toBe('/version');
      expect(of('GET', `${prefix}/info`)).toEqual({ kind: 'limits' });
      expect(enginePath('GET', `${prefix}/images/ghcr.io/a/b:1/json`)).toBe('/images/ghcr.io/a/b:1/json');
      expect(enginePath('POST', `${prefix}/containers/${id}/start`)).toBe(`/containers/${id}/start`);
      expect(enginePath('DELETE', `${prefix}/containers/${id}`)).toBe(`/containers/${id}?force=true&v=true`);
    }
    expect(of('POST', `/containers/${id}/attach?stream=1`)).toMatchObject({
      kind: 'container',
      action: 'attach',
    });
  });

  it('makes lists and events the installation’s own, whatever is asked', () => {
    const stranger = encodeURIComponent('{"label":["lmcp.instance=other"]}');
    for (const url of ['/containers/json', '/events'].flatMap((path) => [
      path,
      `${path}?filters=${stranger}&since=0`,
    ])) {
      const path = decodeURIComponent(enginePath('GET', url)!);
      expect(path).toContain('"lmcp.instance=home"');
      expect(path).not.toContain('other');
      expect(path).not.toContain('since');
    }
  });

  it('takes over no parameter that it does not know', () => {
    expect(enginePath('POST', `/containers/${id}/stop?t=5&signal=SIGSTOP`)).toBe(
      `/containers/${id}/stop?t=5`,
    );
    expect(enginePath('POST', `/containers/${id}/stop?t=1e9`)).toBe(`/containers/${id}/stop?t=2`);
    expect(enginePath('POST', `/containers/${id}/attach?logs=1&detachKeys=x`)).not.toContain('logs');
    expect(enginePath('POST', '/images/create?fromImage=a/b&tag=1&message=x')).toBe(
      '/images/create?fromImage=a%2Fb&tag=1',
    );
  });

  it('knows the installation’s own caches, and no other volume', () => {
    expect(decodeURIComponent(enginePath('GET', '/volumes?filters=x') ?? '')).toBe(
      '/volumes?filters={"name":["lmcp-cache-home."]}',
    );
    expect(of('GET', '/v1.45/system/df?type=volume&verbose=1')).toEqual({ kind: 'volumeSizes' });
    const removed = of('DELETE', '/v1.45/volumes/lmcp-cache-home.time?force=1');
    expect(removed).toEqual({ kind: 'removeVolume', name: 'lmcp-cache-home.time' });
    for (const name of [
      'notes',
      'lmcp-cache-home2.time',
      'lmcp-cache-home.a/../notes',
      'lmcp-cache-home.%2e',
    ]) {
      expect(of('DELETE', `/volumes/${name}`)).toBeUndefined();
    }
    for (const [method, path] of [
      ['GET', '/system/df?type=image'],
      ['GET', '/volumes/lmcp-cache-home.time'],
      ['POST', '/volumes/create'],
      ['POST', '/volumes/prune'],
    ] as const) {
      expect(of(method, path)).toBeUndefined();
    }
  });

  it('takes over a platform that is one', () => {
    expect(enginePath('POST', '/images/create?fromImage=a/b&platform=linux/arm64/v8')).toBe(
      '/images/create?fromImage=a%2Fb&platform=linux%2Farm64%2Fv8',
    );
    const create = '/containers/create?name=x&platform=';
    expect(route('POST', `${create}linux/amd64`, testRules)).toMatchObject({ platform: 'linux/amd64' });
    expect(route('POST', `${create}linux%26x=1`, testRules)).toBeUndefined();
    expect(route('POST', '/images/create?fromImage=a/b&platform=x', testRules)).toBeUndefined();
  });

  it.each([
    ['POST', `/containers/${id}/exec`],
    ['POST', '/exec/abc/start'],
    ['POST', '/build'],
    ['POST', '/commit'],
    ['POST', '/volumes/create'],
    ['POST', '/networks/create'],
    ['POST', '/networks/bridge/connect'],
    ['POST', '/info'],
    ['GET', '/info/x'],
    ['GET', '/system/df'],
    ['GET', '/secrets'],
    ['POST', '/swarm/init'],
    ['POST', '/plugins/pull'],
    ['POST', '/session'],
    ['POST', '/grpc'],
    ['POST', '/auth'],
    ['GET', '/images/json'],
    ['POST', '/images/load'],
    ['POST', '/images/create?fromSrc=http://x'],
    ['POST', '/images/create?fromSrc=-&fromImage=a'],
    ['POST', '/images/create'],
    ['DELETE', '/images/a'],
    ['GET', `/containers/${id}/archive?path=/`],
    ['PUT', `/containers/${id}/archive?path=/`],
    ['GET', `/containers/${id}/export`],
    ['GET', `/containers/${id}/json`],
    ['GET', `/containers/${id}/logs`],
    ['POST', `/containers/${id}/update`],
    ['POST', `/containers/${id}/rename?name=x`],
    ['POST', `/containers/${id}/kill`],
    ['GET', `/containers/${id}/attach/ws`],
    ['POST', '/containers/prune'],
    ['GET', '/containers/%2e%2e/json'],
    ['GET', '/containers/../swarm'],
    ['GET', '/images/a/../../info/json'],
    ['GET', '//engine/swarm'],
    ['GET', 'http://engine/info'],
    ['get', '/version'],
    ['CONNECT', '/version'],
  ])('knows no %s %s', (method, url) => {
    expect(of(method, url)).toBeUndefined();
  });

  it.each(['a/../b', '../b', 'a/./b', 'a//b', '/a', 'a b', 'a?x'])(
    'pulls no image by a reference that is a path: %s',
    (image) => {
      expect(of('POST', `/images/create?fromImage=${encodeURIComponent(image)}`)).toBeUndefined();
    },
  );

  it('knows no pull where its rules forbid it', () => {
    const url = '/images/create?fromImage=a';
    expect(of('POST', url)).toBeDefined();
    expect(route('POST', url, { ...testRules, pull: false })).toBeUndefined();
  });

  it('reads any path without throwing, and none to a call outside the list', () => {
    const part = fc.constantFrom(
      '..',
      'containers',
      'images',
      'json',
      'v1.41',
      'create',
      id,
      '%2e',
      'exec',
      'x',
      '',
    );
    const known =
      /^\/(_ping|version|events\?|containers\/json\?|images\/[^?]*\/json$|images\/create\?|containers\/[\w.-]+(\/start$|\/(stats|stop|attach)\?|\?force))/;
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'), fc.array(part), (method, parts) => {
        const path = enginePath(method, `/${parts.join('/')}`);
        if (path !== undefined) expect(path).toMatch(known);
      }),
    );
  });
});
