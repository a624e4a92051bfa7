import { expect, test } from 'vitest';
import { projectNames, projectOf } from './project.ts';

test.each([
  ['gateway/src/policy/decide.test.ts', 'unit', true],
  ['gateway/setup/install/supplyChain.test.mjs', 'unit', true],
  ['gateway/src/upstream/pool/pool.system.test.ts', 'system', true],
  ['web/src/x.test.ts', 'web', true],
  ['e2e/access/access.test.ts', 'e2e', true],
  ['e2e/containers/guard.docker.test.ts', 'docker', false],
  ['e2e/containers/playwright.scale.docker.test.ts', 'scale', false],
])('%s belongs to the project %s', (file, name, parallel) => {
  expect(projectOf(file)).toMatchObject({ name, parallel });
});

test('rejects a file that no project runs', () => {
  expect(() => projectOf('gateway/src/policy/decide.ts')).toThrow('belongs to no project');
});

test('names every project of vitest.config.ts', () => {
  expect(projectNames).toEqual(['unit', 'system', 'web', 'e2e', 'docker', 'scale']);
});
