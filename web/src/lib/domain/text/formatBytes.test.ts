import { expect, test } from 'vitest';
import { formatBytes } from './formatBytes.ts';

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1_536, '1.5 KiB'],
  [64 * 1024 ** 2, '64 MiB'],
  [640 * 1024 ** 2, '640 MiB'],
  [3.14 * 1024 ** 4, '3.1 TiB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
