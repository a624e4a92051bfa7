import { isRecord } from '../../json/isRecord.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'yaml';
import { isMap, isNode, visit } from 'yaml';
import { Findings } from '../yaml/findings.ts';
import { means } from './means.ts';
import type { Plain } from './mergePatch.ts';
import { mergePatch, withServersLeavingClients } from './mergePatch.ts';
import type { Problem, RegistryPath } from '../yaml/problem.ts';
import { pathText, quoted } from '../yaml/problem.ts';
import { splicePatch } from './splice.ts';
import { valueAt } from './valueAt.ts';
import { readYaml, reservedKeys } from '../yaml/yamlSource.ts';

export type PatchResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * A merge patch (RFC 7396) on a registry's text: objects merge deep, lists and scalars replace, null removes. Comments, the
 * order of keys and the quoting of what it does not concern stay. A server that it removes leaves every client's
 * `allow_servers` and `tool_policy` too. Says nothing about whether the outcome is a valid registry.
 */
export function applyPatch(text: string, patch: unknown): PatchResult {
  const rejected = rejectedPatch(patch);
  if (rejected.length > 0 || !isRecord(patch)) return { ok: false, problems: rejected };
  let findings: Findings | undefined;
  const source = readYaml(text, (positions) => (findings = new Findings(positions)));
  if (source === undefined || (findings?.problems.length ?? 0) > 0) {
    return { ok: false, problems: findings?.problems ?? [] };
  }
  const before = isRecord(source.value) ? source.value : {};
  const whole = withServersLeavingClients(before, patch);
  const wanted = mergePatch(before, whole);
  if (isDeepStrictEqual(before, wanted)) return { ok: true, text };
  const spliced = splicePatch(text, source.document, whole);
  if (spliced !== undefined && means(spliced, wanted)) return { ok: true, text: spliced };
  const document = rewritten(source.document, whole);
  const plain = document.toString({ lineWidth: 0 });
  return { ok: true, text: means(plain, wanted) ? plain : withQuotedLines(document) };
}

/** Some multi-line texts can't be parsed inside brackets unless they are quoted. */
function withQuotedLines(document: Document): string {
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && scalar.value.includes('\n')) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** For a layout that can't be edited in place: the document is rewritten, with its comments and order. */
function rewritten(document: Document, patch: Plain): Document {
  const base = document.clone();
  expandAliases(base);
  if (!isMap(base.contents)) base.contents = base.createNode({});
  setBelow(base, [], patch);
  return base;
}

/** The target of an alias may be changed or removed by the patch. */
function expandAliases(document: Document): void {
  visit(document, {
    Alias: (_, alias) => {
      const copy: unknown = alias.resolve(document)?.clone();
      if (!isNode(copy)) return undefined;
      if ('anchor' in copy) delete copy.anchor;
      return copy;
    },
  });
}

function setBelow(document: Document, path: readonly string[], patch: Plain): void {
  for (const [key, value] of Object.entries(patch)) {
    const at = [...path, key];
    const present = document.getIn(at, true);
    if (value === null) document.deleteIn(at);
    else if (isMap(present) && isRecord(value)) setBelow(document, at, value);
    else {
      const before = document.toJS() as unknown;
      document.setIn(at, document.createNode(mergePatch(valueAt(before, at), value)));
    }
  }
}

function rejectedPatch(patch: unknown): Problem[] {
  if (!isRecord(patch)) {
    return [patchProblem([], 'the patch is not an object', 'send {"patch": {"clients": {…}}}')];
  }
  return reservedKeysIn(patch, []).map((path) =>
    patchProblem(path, `${quoted(String(path.at(-1)))} is a reserved name`, 'use another name'),
  );
}

function reservedKeysIn(value: unknown, path: RegistryPath): RegistryPath[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => reservedKeysIn(item, [...path, index]));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    reservedKeys.has(key) ? [[...path, key]] : reservedKeysIn(part, [...path, key]),
  );
}

function patchProblem(path: RegistryPath, message: string, fix: string): Problem {
  return { path: pathText(path), line: 1, column: 1, message, fix };
}
