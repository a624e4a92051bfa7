import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textParts, visibleText } from './hostileText.ts';

test('a right-to-left override, a zero-width space and a tag character become visible', () => {
  expect(visibleText('read\u202Eelif')).toBe('read‹U+202E›elif');
  expect(visibleText('a\u200Bb')).toBe('a‹U+200B›b');
  expect(visibleText('x\u{E0041}')).toBe('x‹U+E0041›');
});

test('ordinary text, accents and emoji stay as they are', () => {
  for (const text of ['list_files', 'Größe prüfen', '読む', '👩‍👩‍👧 ❤️', '🧑🏽‍💻'])
    expect(visibleText(text)).toBe(text);
});

test('newlines are shown as marks in names and kept in long texts', () => {
  expect(visibleText('a\nb')).toBe('a‹U+000A›b');
  expect(textParts('a\nb', { multiline: true })).toEqual([{ kind: 'plain', text: 'a\nb' }]);
});

test('a joiner outside an emoji and a lone surrogate are marked', () => {
  expect(visibleText('a\u200Db')).toBe('a‹U+200D›b');
  expect(visibleText('a\uD800')).toBe('a‹U+D800›');
});

test('no control or format character survives, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visibleText(text).replaceAll(/\u200D|\uFE0F/gu, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
});
