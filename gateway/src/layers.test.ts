import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cycles, importsOf, isProduct, readImportGraph, sourceFolder } from '../test/importGraph.ts';
import { upwardImports, withoutLayer, type Layers } from '../test/layers.ts';

const root = join(sourceFolder, '..', '..');

/** What differs between the eras is in `era/`; what is below reaches it through the interface `call/era.ts` alone. */
const mcp: Layers = [
  ['endpoint', /^endpoint\//],
  ['era', /^era\//],
  ['methods', /^methods\//],
  ['call', /^call\//],
  ['session', /^session\//],
  ['tasks', /^tasks\//],
  ['jsonrpc', /^jsonrpc\//],
];

const web: Layers = [
  ['routes', /^routes\//],
  ['views', /^lib\/views\//],
  ['ui', /^lib\/ui\//],
  ['state', /^lib\/state\//],
  ['domain', /^lib\/domain\//],
  ['api', /^lib\/api\//],
];

const e2e: Layers = [
  ['tests', /\.test\.ts$/],
  ['attack', /^attack\//],
  ['soak', /^soak\//],
  ['defences', /^defences\//],
  ['conformance', /^conformance\//],
  ['ui/harness', /^ui\//],
  ['harness', /^harness\//],
  ['fixtures', /^fixtures\//],
];

const folders: [string, string, Layers, (file: string) => boolean][] = [
  ['gateway/src/mcp', join(sourceFolder, 'mcp'), mcp, isProduct],
  ['web/src', join(root, 'web', 'src'), web, isProduct],
  ['e2e', join(root, 'e2e'), e2e, (file) => !/(^|\/)node_modules\//.test(file)],
];

describe.each(folders)('%s', (_name, folder, layers, isPart) => {
  const graph = readImportGraph(folder, isPart);

  it('has files in every layer', () => {
    const empty = layers.filter(([, files]) => ![...graph.keys()].some((file) => files.test(file)));
    expect(empty).toEqual([]);
  });
  it('has no file without a layer', () => {
    expect(withoutLayer(graph, layers)).toEqual([]);
  });
  it('imports only from its own layer and from those after it', () => {
    expect(upwardImports(graph, layers)).toEqual([]);
  });
  it('has no import cycles', () => {
    expect(cycles(graph)).toEqual([]);
  });
});

describe('web/src/lib/domain', () => {
  it('imports no component and no state', () => {
    const graph = readImportGraph(join(root, 'web', 'src'));
    const imports = [...graph].filter(([file]) => file.startsWith('lib/domain/')).flatMap(([, all]) => all);
    expect(imports.length).toBeGreaterThan(5);
    expect(imports.filter(({ target }) => /svelte/.test(target))).toEqual([]);
  });
});

describe('the two eras', () => {
  const graph = readImportGraph(join(sourceFolder, 'mcp'));
  const importsFrom = (from: string, to: string): string[] =>
    [...graph].flatMap(([file, imports]) =>
      file.startsWith(from)
        ? imports.filter(({ target }) => target.startsWith(to)).map(({ target }) => `${file} → ${target}`)
        : [],
    );

  it('do not import each other', () => {
    expect(importsFrom('era/legacy/', 'era/stateless/')).toEqual([]);
    expect(importsFrom('era/stateless/', 'era/legacy/')).toEqual([]);
  });
});

describe('what runs containers', () => {
  const graph = readImportGraph(sourceFolder, isProduct);
  const docker = 'upstream/container/docker/';

  it('is known to upstream/ by its interface alone', () => {
    const files = [...graph].filter(([file]) => file.startsWith('upstream/') && !file.startsWith(docker));
    expect(files.some(([file]) => file === 'upstream/container/openContainer.ts')).toBe(true);
    const reaching = files.filter(([, imports]) => imports.some(({ target }) => target.startsWith(docker)));
    expect(reaching.map(([file]) => file)).toEqual([]);
  });
});

describe('the audit trail of a request', () => {
  it('is flushed by the wrapper alone, not by handlers', () => {
    const flushing = [...readImportGraph(sourceFolder, isProduct).keys()].filter((file) =>
      /\.commit\s*\(/.test(readFileSync(join(sourceFolder, file), 'utf8')),
    );
    expect(flushing).toEqual(['audit/durable.ts']);
  });
});

describe('the check itself', () => {
  const layers: Layers = [
    ['above', /^above\//],
    ['below', /^below\//],
  ];
  const graphOf = (files: Record<string, string>) =>
    new Map(Object.entries(files).map(([file, text]) => [file, importsOf(file, text)]));

  it('finds an import against the direction, also of types, and allows the others', () => {
    const graph = graphOf({ 'above/a.ts': `import '../below/b.ts';`, 'below/b.ts': '' });
    expect(upwardImports(graph, layers)).toEqual([]);
    const upward = graphOf({ 'below/b.ts': `import type { A } from '../above/a.ts';`, 'above/a.ts': '' });
    expect(upwardImports(upward, layers)).toEqual(['below/b.ts may not import above/a.ts']);
  });
  it('finds a file without a layer', () => {
    expect(withoutLayer(graphOf({ 'beside/c.ts': '' }), layers)).toEqual(['beside/c.ts']);
  });
  it('reads the scripts of a component, and the alias of the interface', () => {
    const text = `<script lang="ts">\n  import A from '#lib/ui/A.svelte';\n</script>\n<p>import B from './b.ts'</p>`;
    expect(importsOf('lib/views/C.svelte', text)).toEqual([
      { target: 'lib/ui/A.svelte', own: true, typeOnly: false },
    ]);
  });
});
