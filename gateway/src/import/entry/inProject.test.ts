import { expect, test } from 'vitest';
import { toRegistry } from '../toRegistry.ts';
import { inProject } from './inProject.ts';

const entry = {
  command: '${workspaceFolder}/bin/x',
  args: ['--root=${workspaceFolder}', '${workspaceFolderBasename}'],
  env: { ROOT: '${workspaceFolder}' },
};

test.each([
  ['/src/my $& app', 'my $& app'],
  ['C:\\src\\app', 'app'],
])('fills in the folder of the project %s', (project, name) => {
  const filled = inProject({ name: 'x', entry, project });
  expect(toRegistry(filled.entry, {})).toEqual({
    ok: true,
    policy: null,
    notes: [],
    server: {
      transport: 'stdio',
      command: `${project}/bin/x`,
      args: [`--root=${project}`, name],
      env: { ROOT: project },
    },
  });
});

test('leaves it where there is no project, and says that it has no meaning', () => {
  const filled = inProject({ name: 'x', entry, project: null });
  const reason = (variable: string) =>
    `${variable} has no meaning here: the configuration belongs to no project`;
  expect(toRegistry(filled.entry, {})).toEqual({
    ok: false,
    reason: [reason('${workspaceFolder}'), reason('${workspaceFolderBasename}')].join('; '),
  });
  expect(toRegistry({ command: 'x', env: { ROOT: '${workspaceFolder}' } }, {})).toMatchObject({
    server: { env: { ROOT: '${secret:?}' } },
    notes: [reason('${workspaceFolder}')],
  });
});
