import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPublicAddress } from './publicAddress.ts';

it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::8a'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

it.each([
  ...['127.0.0.1', '10.1.2.3', '172.18.0.2', '192.168.1.1', '169.254.169.254', '100.100.100.200', '0.0.0.0'],
  ...['255.255.255.255', '224.0.0.1', '::1', '::', 'fe80::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1'],
  // Addresses of IPv4 in another form.
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', '::127.0.0.1'],
  ...['localhost', '127.1', '0x7f000001', '2130706433', ''],
])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

it('no private address of IPv4 is public in any of its forms', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.constantFrom('10', '127'), byte, byte, byte, (first, ...rest) => {
      const address = [first, ...rest].join('.');
      expect(isPublicAddress(address)).toBe(false);
      expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
    }),
  );
});
