import { isAlias, isMap, isScalar, isSeq, type Document, type Scalar } from 'yaml';
import { clientSchema } from '../schema/clientSchema.ts';
import { shownArgs } from '../container/run/dockerSecrets.ts';
import { imageEntryKeys } from '../container/imageEntry.ts';
import { httpServerSchema } from '../schema/server/httpServer.ts';
import { processServerSchema } from '../schema/server/processServer.ts';
import { settingsSchema } from '../schema/settingsSchema.ts';

/** A secret where it is written. */
export interface SecretScalar {
  /** As in `clients.codex.token[0]`. */
  readonly place: string;
  readonly value: string;
  readonly node: Scalar;
}

const secretKey = /^(management_)?token/;
const shown = {
  lmcp: withoutSecrets(Object.keys(settingsSchema.shape)),
  clients: withoutSecrets(Object.keys(clientSchema.shape)),
  servers: withoutSecrets([
    ...Object.keys(processServerSchema.shape),
    ...Object.keys(httpServerSchema.shape),
    ...imageEntryKeys,
  ]),
} as const;

function withoutSecrets(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.filter((key) => !secretKey.test(key) && key !== 'env' && key !== 'headers'));
}

/** Every secret of a registry's document; one that an alias leads to has the place of the alias too. */
export function secretScalars(document: Document): SecretScalar[] {
  return entriesOf(document, document.contents).flatMap(([section, value]) => {
    if (section === 'lmcp') return below(document, 'lmcp', value, shown.lmcp);
    if (section !== 'clients' && section !== 'servers') return scalarsIn(document, section, value);
    return entriesOf(document, value).flatMap(([id, entry]) =>
      below(document, `${section}.${id}`, entry, shown[section]),
    );
  });
}

/** The secrets of one section: whatever is under a key that is not known to hold none. */
function below(
  document: Document,
  place: string,
  section: unknown,
  known: ReadonlySet<string>,
): SecretScalar[] {
  if (!isMap(resolved(document, section))) return scalarsIn(document, place, section);
  const entries = entriesOf(document, section);
  const command = entries.find(([key]) => key === 'command')?.[1];
  return entries.flatMap(([key, value]) => {
    if (key === 'args') return secretArguments(document, `${place}.args`, value, resolved(document, command));
    return known.has(key) ? [] : scalarsIn(document, `${place}.${key}`, value);
  });
}

/** The arguments of `command: docker` that write out the value of a variable. */
function secretArguments(document: Document, place: string, raw: unknown, command: unknown): SecretScalar[] {
  const args = resolved(document, raw);
  if (!isSeq(args)) return [];
  const values = args.items.map((item) => scalarValue(resolved(document, item)));
  const shownArguments = shownArgs(scalarValue(command), values) as readonly unknown[];
  return args.items.flatMap((item, index) =>
    shownArguments[index] === values[index] ? [] : scalarsIn(document, `${place}[${index}]`, item),
  );
}

function scalarValue(node: unknown): unknown {
  return isScalar(node) ? node.value : undefined;
}

/** Every scalar that holds something. An alias leads to where the secret is written, outside of what it is part of. */
function scalarsIn(
  document: Document,
  place: string,
  raw: unknown,
  above: readonly unknown[] = [],
): SecretScalar[] {
  const node = resolved(document, raw);
  if (above.includes(node)) return [];
  const within = [...above, node];
  if (isScalar(node)) {
    const held = node.value === null || node.value === '';
    return held ? [] : [{ place, value: String(node.value), node }];
  }
  if (isSeq(node)) {
    return node.items.flatMap((item, index) => scalarsIn(document, `${place}[${index}]`, item, within));
  }
  return entriesOf(document, node).flatMap(([key, value]) =>
    scalarsIn(document, `${place}.${key}`, value, within),
  );
}

function entriesOf(document: Document, raw: unknown): [key: string, value: unknown][] {
  const node = resolved(document, raw);
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]);
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}
