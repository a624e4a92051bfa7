import { expect, test } from 'vitest';
import { checkForProxy, ForbiddenAddressError } from './guardedLookup.ts';

const remote = { loopbackOnly: true, remote: true, allowPrivate: false };
const leadsTo =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: 4 })));

test('a name that leads to public addresses alone is asked of the proxy', async () => {
  await expect(
    checkForProxy(remote, 'a.example', leadsTo('203.0.114.7', '8.8.8.8')),
  ).resolves.toBeUndefined();
});

test.each([['127.0.0.1'], ['169.254.169.254'], ['10.0.0.1'], ['8.8.8.8', '10.0.0.1']])(
  'a name that leads to %s is not asked of the proxy, either',
  async (...addresses) => {
    const checked = checkForProxy(remote, 'a.example', leadsTo(...addresses));
    await expect(checked).rejects.toBeInstanceOf(ForbiddenAddressError);
  },
);

test('a private network is asked of the proxy where the server may be there, and a metadata service never', async () => {
  const allowed = { ...remote, allowPrivate: true };
  await expect(checkForProxy(allowed, 'a.example', leadsTo('10.0.0.1'))).resolves.toBeUndefined();
  const checked = checkForProxy(allowed, 'a.example', leadsTo('169.254.169.254'));
  await expect(checked).rejects.toBeInstanceOf(ForbiddenAddressError);
});

test('a name that only the proxy knows is left to it', async () => {
  const unknown = () => Promise.reject(new Error('ENOTFOUND'));
  await expect(checkForProxy(remote, 'a.example', unknown)).resolves.toBeUndefined();
});
