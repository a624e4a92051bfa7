import type ts from 'typescript';
import type { Anchor } from '../claim.ts';
import { declarationsOf } from './declarations.ts';
import { nearest } from './nearest.ts';
import { excerpt } from './parse.ts';
import { nodesOfKind, select } from './select.ts';

/**
 * The one node that an anchor names.
 * @throws Error when it names none or several; it lists the nearest candidates
 */
export function resolve(source: ts.SourceFile, anchor: Anchor): ts.Node {
  const file = source.fileName;
  const scope = declarationOf(source, anchor.in);
  const [node, ...others] = select(scope, anchor);
  if (node === undefined) {
    const candidates = nodesOfKind(scope, anchor.node).map(excerpt);
    throw new Error(
      `Anchor not found: ${anchor.in} in ${file} has no ${described(anchor)}. ` +
        `Candidates: ${list(nearest(described(anchor), candidates))}.`,
    );
  }
  if (others.length > 0) {
    throw new Error(
      `Ambiguous anchor: ${anchor.in} in ${file} has ${others.length + 1} nodes that fit ${described(anchor)}: ` +
        `${list([node, ...others].map(excerpt))}. Add to its mentions.`,
    );
  }
  return node;
}

function declarationOf(source: ts.SourceFile, name: string): ts.Node {
  const declarations = declarationsOf(source);
  const [scope, ...others] = declarations.get(name) ?? [];
  if (scope === undefined) {
    throw new Error(
      `Anchor not found: ${source.fileName} declares no ${name}. ` +
        `Nearest declarations: ${list(nearest(name, [...declarations.keys()]))}.`,
    );
  }
  if (others.length > 0)
    throw new Error(`Ambiguous anchor: ${source.fileName} declares ${name} ${others.length + 1} times.`);
  return scope;
}

function described({ node, name, mentions = [] }: Anchor): string {
  const about = mentions.length > 0 ? ` that mentions ${mentions.join(', ')}` : '';
  return `${node}${name === undefined ? '' : ` ${name}`}${about}`;
}

function list(candidates: readonly string[]): string {
  return candidates.length === 0 ? 'none' : candidates.join(' | ');
}
