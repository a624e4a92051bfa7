import type { ImportGraph } from './importGraph.ts';

/** Folders, or patterns of files, in their order: a file imports from its own layer and from those after it. */
export type Layers = readonly (readonly [name: string, files: RegExp])[];

/** Imports against the direction, types included; what lies outside of the folder is nobody's layer. */
export function upwardImports(graph: ImportGraph, layers: Layers): string[] {
  const place = (file: string): number => layers.findIndex(([, files]) => files.test(file));
  return [...graph].flatMap(([file, imports]) =>
    imports
      .filter(({ own, target }) => own && graph.has(target) && place(target) < place(file))
      .map(({ target }) => `${file} may not import ${target}`),
  );
}

export function withoutLayer(graph: ImportGraph, layers: Layers): string[] {
  return [...graph.keys()].filter((file) => !layers.some(([, files]) => files.test(file)));
}
