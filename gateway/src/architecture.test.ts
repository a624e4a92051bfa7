import { describe, expect, it } from 'vitest';
import {
  cycles,
  type Import,
  type ImportGraph,
  importsOf,
  inRepository,
  reachable,
  readImportGraph,
  sourceFolder,
} from '../test/importGraph.ts';

/** The path of a call: a room imports what is to the right of it, never to the left. */
const wayOfACall = [
  'http',
  'clients',
  'limits',
  'mcp',
  'search',
  'policy',
  'audit',
  'catalog',
  'upstream',
] as const;

/** What every room may import. */
const leaves = new Set([
  'clock.ts',
  'collections/slotMap.ts',
  'dropOldest.ts',
  'fs/besideFile.ts',
  'fs/durableFolder.ts',
  'fs/replaceFile.ts',
  'byteBudget.ts',
  'endpoint.ts',
  'errors.ts',
  'fairQueue.ts',
  'fs/irregularFile.ts',
  'fs/kernelLock.ts',
  'gatewayProof.ts',
  'local/pinnedTls.ts',
  'inTime.ts',
  'logger.ts',
  'json/isRecord.ts',
  'json/jsonText.ts',
  'json/lossless.ts',
  'json/losslessNumber.ts',
  'json/losslessReader.ts',
  'json/losslessWriter.ts',
  'json/oneLine.ts',
  'json/textLength.ts',
  'addresses/issuerMetadata.ts',
  'addresses/loopbackHost.ts',
  'addresses/loopbackOnly.ts',
  'places.ts',
  'addresses/publicAddress.ts',
  'printable.ts',
  'shortToken.ts',
  'version.ts',
  'registry/types.ts',
  'turns.ts',
]);

/**
 * What a room may import besides itself, the leaves and the registry's types: rooms, or single files; `*` is everything but the
 * command line.
 */
const allowed = new Map<string, readonly string[]>([
  ...wayOfACall.map((room, place) => [room, wayOfACall.slice(place + 1)] as const),
  // Mounts are checked twice by the same rules: when the registry is read, and once links are resolved.
  [
    'upstream',
    [
      'registry/container/fields.ts',
      // Resolves the registry of an image's name.
      'registry/container/guardRules/pullSources.ts',
      'registry/container/mounts.ts',
      'registry/container/productImage.ts',
      // A cache of an earlier version is copied in a container, too.
      'registry/container/installation.ts',
      'registry/container/egressTarget.ts',
      'registry/container/spec.ts',
      // Placeholders of secrets in a server's values until it starts.
      'registry/secrets/marks.ts',
    ],
  ],
  // The messages of its checks quote names like those of the registry.
  ['policy', ['catalog', 'registry/yaml/problem.ts']],
  // `/events` is the only endpoint that serves a stream of a room outside that path.
  [
    'http',
    [
      ...wayOfACall.slice(1),
      'events',
      'api',
      'management/route.ts',
      'management/apiError.ts',
      'signin/signInError.ts',
      'registry/container/loosened.ts',
    ],
  ],
  ['registry', []],
  // Signs in to servers over the guarded requests of `upstream`, which does not import it.
  ['signin', ['upstream', 'audit/checkpoint/keyFile.ts']],
  ['events', ['audit']],
  // Answers of the management API and `/status`; types that the interface also reads. Its view of the registry has the keys of the
  // registry's schemas.
  [
    'api',
    [
      'policy',
      'audit',
      'upstream',
      'registry/schema/clientSchema.ts',
      'registry/schema/settingsSchema.ts',
      'registry/schema/server/containerServer.ts',
      'registry/schema/server/httpServer.ts',
      'registry/schema/server/processServer.ts',
    ],
  ],
  // Full-text search of tools: pure.
  ['search', ['catalog/tools.ts']],
  // Which tool definitions are known and approved.
  ['pins', ['audit', 'catalog', 'api']],
  // Which client may use which tool, and why: pure, for the management API and the command line.
  ['access', ['policy', 'catalog', 'api', 'registry/yaml/problem.ts']],
  // Figures counted from the audit log.
  ['stats', ['audit', 'api']],
  // The configurations of client applications; YAML is edited as the registry is.
  ['connect', ['api', 'clients/newToken.ts', 'registry', 'fs']],
  // Servers of other configurations, as sections of the registry.
  [
    'import',
    [
      'connect',
      'registry/edit/remoteOr.ts',
      'registry/schema/server/callMaxS.ts',
      'upstream/secrets/looksSecret.ts',
      'registry/id.ts',
      'registry/edit/valueAt.ts',
      'registry/secrets/editSecrets.ts',
      'registry/secrets/secretReader.ts',
    ],
  ],
  // A call as a client goes through the same code as the client's own.
  [
    'management',
    [
      'registry',
      'clients',
      'limits',
      'mcp',
      'policy',
      'audit',
      'catalog',
      'upstream',
      'events',
      'api',
      'pins',
      'access',
      'stats',
      'search',
      'connect',
      'import',
      'signin',
    ],
  ],
  // A separate process that holds the engine's socket: as little of the gateway as possible.
  [
    'guard',
    [
      'registry',
      'upstream/container/docker/engine/apiVersion.ts',
      'upstream/container/docker/engine/guardSecret.ts',
      'upstream/container/docker/labels.ts',
      'upstream/container/docker/engine/engineAddress.ts',
      'upstream/container/docker/engine/engineEvents.ts',
      'upstream/container/docker/engine/engineRequest.ts',
      'upstream/container/docker/engine/engineTls.ts',
      'upstream/container/docker/engine/limits/engineLimits.ts',
      'upstream/container/docker/engine/limits/readLimits.ts',
      'upstream/container/runtime/capabilities.ts',
    ],
  ],
  // A separate process that servers in containers connect to.
  ['egress', []],
  // Which addresses may be listened at and connected to.
  ['addresses', []],
  // The composition root: gateway.ts and its parts.
  ['(root)', ['*']],
  ['assembly', ['*']],
  // How commands find the running gateway.
  ['local', []],
  // The bridge for applications that only start commands: a small process that loads nothing of the gateway.
  [
    'bridge',
    ['mcp/call/mirrored/mirroredArguments.ts', 'upstream/framing/lines.ts', 'upstream/rpc/modernEnvelope.ts'],
  ],
  // Leaves that touch the disk.
  ['fs', []],
  // Leaves that read JSON.
  ['collections', []],
  ['json', []],
  ['cli', ['*']],
  ['main.ts', ['*', 'cli']],
]);

/** Rooms and files that decide: the same answer for the same input, without I/O. */
const pure = [
  /^policy\//,
  /^access\//,
  /^limits\//,
  /^places\.ts$/,
  /^search\//,
  /^catalog\/(names|expose|tools|merge)\w*\.ts$/,
  /^registry\/(parse|diff)\w*\.ts$/,
  /^registry\/(edit|redact|schema)\//,
  /^upstream\/container\/docker\/createRequest\w*\.ts$/,
];
/** Node modules for computation; all other `node:` modules are I/O. */
const computation = new Set(['node:buffer', 'node:crypto', 'node:net', 'node:path', 'node:url', 'node:util']);

function roomOf(file: string): string {
  if (file === 'main.ts') return file;
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '(root)';
}

function mayImport(from: string, { target, typeOnly }: Import): boolean {
  if (leaves.has(target) || target.startsWith('../')) return true;
  // A leaf imports no room.
  if (leaves.has(from)) return false;
  const [room, wanted] = [roomOf(from), roomOf(target)];
  const others = allowed.get(room) ?? [];
  if (room === wanted || others.includes(wanted) || others.includes(target)) return true;
  if (wanted === 'registry' && typeOnly) return true;
  return others.includes('*') && wanted !== 'cli' && wanted !== 'main.ts';
}

function misplacedImports(graph: ImportGraph): string[] {
  return [...graph].flatMap(([file, imports]) =>
    imports
      .filter((each) => each.own && !mayImport(file, each))
      .map((each) => `${inRepository(file)} may not import ${each.target}`),
  );
}

function unknownRooms(graph: ImportGraph): string[] {
  return [...new Set([...graph.keys()].map(roomOf))].filter((room) => !allowed.has(room));
}

function isInputOutput(target: string): boolean {
  if (target.startsWith('node:')) return !computation.has(target);
  return /^dockerode(\/|$)/.test(target);
}

function impurities(graph: ImportGraph): string[] {
  const files = [...graph.keys()].filter((file) => pure.some((pattern) => pattern.test(file)));
  return files.flatMap((file) =>
    [...reachable(graph, file)].flatMap((reached) =>
      (graph.get(reached) ?? [])
        .filter((each) => !each.typeOnly && isInputOutput(each.target))
        .map((each) => `${inRepository(file)} is to be pure, but ${reached} imports ${each.target}`),
    ),
  );
}

describe('the gateway', () => {
  const graph = readImportGraph(sourceFolder);

  it('is read completely', () => {
    expect(graph.size).toBeGreaterThan(30);
  });
  it('lists every room in the table', () => {
    expect(unknownRooms(graph)).toEqual([]);
  });
  it('imports only to the right, registry types and leaves', () => {
    expect(misplacedImports(graph)).toEqual([]);
  });
  it('has no import cycles', () => {
    expect(cycles(graph)).toEqual([]);
  });
  it('keeps its decisions free of I/O', () => {
    expect(impurities(graph)).toEqual([]);
  });
});

describe('the check itself', () => {
  const graphOf = (files: Record<string, string>): ImportGraph =>
    new Map(Object.entries(files).map(([file, text]) => [file, importsOf(file, text)]));
  const importing = (file: string, target: string): ImportGraph => graphOf({ [file]: `import '${target}';` });

  it.each([
    ['audit/log.ts', '../http/app.ts'],
    ['upstream/pool.ts', '../catalog/names.ts'],
    ['clients/authenticate.ts', '../registry/parse.ts'],
    ['registry/parse.ts', '../policy/decide.ts'],
    ['http/app.ts', '../management/routes.ts'],
    ['guard/rules/routes.ts', '../../audit/types.ts'],
    ['mcp/router.ts', '../gateway.ts'],
    ['gateway.ts', './cli/run.ts'],
    ['clock.ts', './gateway.ts'],
  ])('rejects %s → %s', (file, target) => {
    expect(misplacedImports(importing(file, target))).toHaveLength(1);
  });

  it.each([
    ['http/app.ts', '../upstream/pool.ts'],
    ['upstream/pool.ts', '../registry/types.ts'],
    ['policy/decide.ts', '../errors.ts'],
    ['management/routes.ts', '../registry/patch.ts'],
    ['gateway.ts', './http/app.ts'],
    ['main.ts', './cli/run.ts'],
    ['audit/writer.ts', './line.ts'],
    ['guard/rules/routes.ts', '../../upstream/container/docker/labels.ts'],
  ])('allows %s → %s', (file, target) => {
    expect(misplacedImports(importing(file, target))).toEqual([]);
  });

  it('counts types for the direction, except those of the registry', () => {
    const left = graphOf({ 'audit/log.ts': `import type { App } from '../http/app.ts';` });
    expect(misplacedImports(left)).toHaveLength(1);
    const registry = graphOf({ 'upstream/pool.ts': `import type { Field } from '../registry/problem.ts';` });
    expect(misplacedImports(registry)).toEqual([]);
  });

  it('reports a room that is not in the table', () => {
    expect(unknownRooms(graphOf({ 'misc/all.ts': '' }))).toEqual(['misc']);
  });

  it('finds a cycle, also by re-export and import(), but not one of types', () => {
    const a = `export * from './b.ts';`;
    expect(cycles(graphOf({ 'mcp/a.ts': a, 'mcp/b.ts': `await import('./a.ts');` }))).toEqual([
      'mcp/a.ts → mcp/b.ts → mcp/a.ts',
    ]);
    expect(cycles(graphOf({ 'mcp/a.ts': a, 'mcp/b.ts': `import type { A } from './a.ts';` }))).toEqual([]);
    const mixed = `import { type A } from './a.ts';`;
    expect(cycles(graphOf({ 'mcp/a.ts': a, 'mcp/b.ts': mixed }))).toHaveLength(1);
  });

  it.each(['node:fs', 'node:child_process', 'dockerode'])(
    'finds %s among the transitive imports of a pure file',
    (target) => {
      const graph = graphOf({
        'policy/decide.ts': `import '../audit/types.ts';`,
        'audit/types.ts': `import '${target}';`,
      });
      expect(impurities(graph)).toHaveLength(1);
    },
  );

  it('leaves computation and types to a pure file', () => {
    const text = `import { hash } from 'node:crypto'; import type { Stats } from 'node:fs';`;
    expect(impurities(graphOf({ 'limits/bucket.ts': text }))).toEqual([]);
  });
});
