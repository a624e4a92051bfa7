import { expect, it } from 'vitest';
import { publishingWarning } from './engineAge.ts';

it.each(['20.10.24', '26.1.5+dfsg1', '27.5.1-ce'])('warns of %s, and says what to do', (version) => {
  expect(publishingWarning(version)).toContain('Update the engine');
});

it.each(['28.0.0', '29.1.3', '100.0.0-rc.1', 'dev', ''])('has nothing to say of %j', (version) => {
  expect(publishingWarning(version)).toBeUndefined();
});
