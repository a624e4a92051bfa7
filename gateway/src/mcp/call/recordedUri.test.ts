import { expect, test } from 'vitest';
import { recordedUri } from './recordedUri.ts';

test.each([
  ['file:///home/x/notes.md', 'file:///home/x/notes.md'],
  ['postgres://user:secret@host/db', 'postgres://…@host/db'],
  ['https://host/path?token=secret', 'https://host/path?…'],
  ['https://host/path#secret', 'https://host/path?…'],
  ['data:text/plain,secret', 'data:…'],
])('%s is logged as %s', (uri, recorded) => expect(recordedUri(uri)).toBe(recorded));

test('a long one is cut', () => expect(recordedUri(`a:${'x'.repeat(5_000)}`).length).toBeLessThan(210));
