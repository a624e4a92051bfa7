import { expect, it } from 'vitest';
import { listenAddress } from './listenAddress.ts';

const wanted = { override: undefined, listen: '0.0.0.0', registry: '127.0.0.1', insideImage: true };

it('follows LMCP_LISTEN in the image alone; elsewhere the registry stays and a warning is given', () => {
  expect(listenAddress(wanted)).toEqual({ host: '0.0.0.0', published: true });
  const outside = listenAddress({ ...wanted, insideImage: false });
  expect(outside.host).toBe('127.0.0.1');
  expect(outside.warning).toContain('LMCP_LISTEN has no effect');
});

it('lets what was asked for by name win, and says nothing where nothing is set', () => {
  expect(listenAddress({ ...wanted, override: '::1' })).toEqual({ host: '::1', published: false });
  expect(listenAddress({ ...wanted, listen: undefined, insideImage: false })).toEqual({
    host: '127.0.0.1',
    published: false,
  });
  expect(listenAddress({ ...wanted, listen: '' })).toEqual({ host: '127.0.0.1', published: false });
});

it('rejects what is no address', () => {
  expect(() => listenAddress({ ...wanted, listen: 'everywhere' })).toThrow('LMCP_LISTEN');
});
