import { cycles, type ImportGraph } from '../test/importGraph.ts';
import { table } from './table.ts';

/**
 * Which room of `gateway/src` imports which, and what goes against one direction. A file of the
 * root is a room of its own, except leaves that import nothing: those are left out.
 */
export function roomGraph(graph: ImportGraph): string {
  const rooms = roomsOf(graph);
  const rows = [...rooms].map(([room, targets]) => [
    `\`${room}\``,
    targets.map((target) => `\`${target}\``).join(', '),
  ]);
  return [
    table(['room', 'imports'], rows),
    `Cycles of files: ${listed(cycles(graph))}. Rooms that import each other: ${listed(mutual(rooms))}.`,
  ].join('\n');
}

function roomsOf(graph: ImportGraph): Map<string, readonly string[]> {
  const isLeaf = (file: string): boolean =>
    !file.includes('/') && (graph.get(file) ?? []).every(({ own }) => !own);
  const files = Map.groupBy([...graph.keys()].filter((file) => !isLeaf(file)).sort(), roomOf);
  return new Map(
    [...files].map(([room, ofRoom]) => {
      const imports = ofRoom.flatMap((file) => graph.get(file) ?? []);
      const targets = imports.filter(
        ({ target, own }) => own && !target.startsWith('../') && !isLeaf(target),
      );
      const others = targets.map(({ target }) => roomOf(target)).filter((target) => target !== room);
      return [room, [...new Set(others)].sort()] as const;
    }),
  );
}

function roomOf(file: string): string {
  return file.includes('/') ? `${file.slice(0, file.indexOf('/'))}/` : file;
}

/** Pairs that import each other, types included. */
function mutual(rooms: ReadonlyMap<string, readonly string[]>): string[] {
  return [...rooms].flatMap(([room, targets]) =>
    targets
      .filter((target) => room < target && rooms.get(target)?.includes(room) === true)
      .map((target) => `\`${room}\` and \`${target}\``),
  );
}

function listed(found: readonly string[]): string {
  return found.length === 0 ? 'none' : found.join('; ');
}
