import { isAbsolute, resolve } from 'node:path';
import { isScalar, parseDocument, visit, type Scalar } from 'yaml';
import { timeServerIn } from '../../installation.ts';
import { imageInstallation } from '../../registry/container/productImage.ts';
import { means } from '../../registry/edit/means.ts';

/** Keys whose values are paths that resolve against the folder of the registry. */
const pathKeys = new Set(['cwd', 'source', 'token_file', 'ca_file', 'cert_file', 'key_file', 'env_file']);

export interface Adoption {
  readonly text: string;
  /** The folder that the registry's relative paths resolve against. */
  readonly baseDir: string;
  /** The checkout or Compose project, absolute. */
  readonly checkout: string;
  /** Where the program that adopts it is installed. */
  readonly installation: string;
}

/**
 * The registry as it has to be elsewhere: relative paths made absolute, and the time server of the checkout or of the image
 * replaced by that of this installation. Everything else stays as it is, byte for byte.
 * @returns `relative`: the paths that changed, as `key: value`
 */
export function adoptedText({ text, baseDir, checkout, installation }: Adoption): {
  readonly text: string;
  readonly relative: readonly string[];
} {
  const document = parseDocument(text);
  const relative: string[] = [];
  const changed: Scalar[] = [];
  const scripts = [checkout, imageInstallation].map(timeServerIn);
  const set = (node: Scalar, value: string): void => {
    node.value = value;
    changed.push(node);
  };
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = String(key);
      if (!pathKeys.has(name) || !isScalar(value) || typeof value.value !== 'string') return;
      const isNamedVolume = name === 'source' && !/^[.~/\\]|[/\\]/.test(value.value);
      // Token files come along with the registry.
      if (isAbsolute(value.value) || isNamedVolume || name === 'token_file') return;
      relative.push(`${name}: ${value.value}`);
      set(value, resolve(baseDir, value.value));
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && scripts.includes(node.value))
        set(node, timeServerIn(installation));
    },
  });
  if (changed.length === 0) return { text, relative };
  const spliced = splice(text, changed);
  return {
    text: means(spliced, document.toJS()) ? spliced : document.toString({ lineWidth: 0 }),
    relative,
  };
}

/** The text with the new values of these scalars in the place of the old ones, in double quotes: JSON is YAML there. */
function splice(text: string, scalars: readonly Scalar[]): string {
  return scalars
    .flatMap(({ range, value }) => (range ? [{ from: range[0], to: range[1], value }] : []))
    .sort((a, b) => b.from - a.from)
    .reduce(
      (whole, { from, to, value }) => whole.slice(0, from) + JSON.stringify(value) + whole.slice(to),
      text,
    );
}
