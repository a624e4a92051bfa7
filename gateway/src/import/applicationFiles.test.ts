import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Application } from '../connect/applications/application.ts';
import { applications } from '../connect/applications/applications.ts';
import { applicationFiles, applicationsHere, readApplicationFile } from './applicationFiles.ts';
import { matchingFiles } from './matchingFiles.ts';
import { planImport } from './plan.ts';

/** For each application a home folder and a project as it has them, and what becomes of their servers. */
const root = mkdtempSync(join(tmpdir(), 'lmcp-applications-'));
const variables = { FIXTURE_TOKEN: 'set', FIXTURE_MODE: 'set' };

beforeAll(() => {
  cpSync(join(import.meta.dirname, 'testing/applications'), root, { recursive: true });
  // The only name with spaces, which no file of the repository has.
  const inConfig = join(root, 'vscode-insiders/home/.config');
  renameSync(join(inConfig, 'Code_-_Insiders'), join(inConfig, 'Code - Insiders'));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function placesOf({ name }: Application) {
  const [home, project] = [join(root, name, 'home'), join(root, name, 'project')];
  return { home, project, env: { HOME: home, ...variables } };
}

/** Every file that the table names for it, `*` included. */
function namedFiles(application: Application): readonly string[] {
  const { home, project } = placesOf(application);
  const platform = { os: 'linux', home, env: {} } as const;
  const { alsoReads } = application;
  return [
    ...application.userFiles(platform),
    ...(alsoReads?.user ?? []).map(({ path }) => path(platform)),
    ...[...application.projectFiles, ...(alsoReads?.project ?? []).map(({ path }) => path)].map((path) =>
      join(project, path),
    ),
  ];
}

async function outcomeOf(application: Application): Promise<unknown> {
  const { home, project, env } = placesOf(application);
  const files = applicationFiles(application, env, project);
  const sources = await Promise.all(
    files.map(async (file) => {
      const read = await readApplicationFile(file, env);
      if (!read.ok) throw new Error(`${file.path}: ${read.message}`);
      return { from: file.path, client: application.name, servers: read.servers };
    }),
  );
  const present = {
    servers: new Map(),
    clients: new Map([[application.name, { allowServers: [] }]]),
    secrets: new Map(),
  };
  const plan = planImport(sources, present, { env, projects: false });
  const outcome = {
    servers: Object.fromEntries(plan.servers),
    secrets: Object.fromEntries([...plan.secrets.values()].flatMap((named) => [...named])),
    grants: Object.fromEntries(plan.grants.get(application.name) ?? []),
    notes: Object.fromEntries(plan.outcomes.map(({ name, notes }) => [name, notes])),
  };
  const text = JSON.stringify(outcome).replaceAll(home, '<home>').replaceAll(project, '<project>');
  return JSON.parse(text) as unknown;
}

describe.each(applications.map((application) => [application.name, application] as const))(
  '%s',
  (name, application) => {
    test('has a fixture of each file that the table names', () => {
      const missing = namedFiles(application).filter((file) => matchingFiles(file).length === 0);
      expect(missing).toEqual([]);
    });

    test('is found by its files, and what they say becomes servers, secrets and grants', async () => {
      expect(applicationsHere(placesOf(application).env)).toContain(application);
      const expected = JSON.parse(readFileSync(join(root, name, 'expected.json'), 'utf8')) as unknown;
      expect(await outcomeOf(application)).toEqual(expected);
    });
  },
);

test('finds names by one * each, and nothing in folders that are none', () => {
  const folder = join(root, 'vscode/home/.config/Code');
  const found = (pattern: string) =>
    matchingFiles(join(folder, pattern)).map((file) => relative(folder, file));
  expect(found('User/profiles/*/m*p.json')).toEqual(['User/profiles/-3f1c2a/mcp.json']);
  expect(found('User/profiles/-3f*2a/settings.json')).toEqual(['User/profiles/-3f1c2a/settings.json']);
  expect(found('User/s*')).toEqual(['User/settings.json']);
  expect(found('User/settings*settings.json')).toEqual([]);
  expect(found('User/settings.json/*')).toEqual([]);
  expect(found('nowhere/*')).toEqual([]);
});
