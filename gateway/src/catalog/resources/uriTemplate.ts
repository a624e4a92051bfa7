/** Whether a template of resources can be expanded to one URI. */
export type TemplateMatcher = (template: string) => boolean;

/** Maximum positions checked for one URI, over all templates: a hostile server may list thousands that match slowly. */
const maxSteps = 5_000_000;

/**
 * Finds the templates (RFC 6570) that match a URI. Text outside of braces must match byte for byte; an expression matches what
 * its operator allows. Templates are not compiled to regular expressions, so matching can't take exponential time.
 */
export function templateMatcher(uri: string): TemplateMatcher {
  let steps = maxSteps;
  return (template) => {
    const parts = partsOf(template);
    if (parts === undefined) return false;
    const [first] = parts;
    if (typeof first === 'string' && !uri.startsWith(first)) return false;
    steps -= (uri.length + 1) * parts.length;
    return steps >= 0 && matches(parts, uri);
  };
}

/** A literal, or the text that an expression may expand to. */
type Part = string | Expansion;

interface Expansion {
  /** The prefix of its text, if any. */
  readonly prefix: string;
  readonly takes: (character: string) => boolean;
}

const anything = (): boolean => true;
const segment = (character: string): boolean => character !== '/';
const query = (character: string): boolean => character !== '#';

/** By operator. `{/path*}` and `{path*}` take several segments, as servers use them. */
const expansions: Readonly<Record<string, Expansion>> = {
  '': { prefix: '', takes: segment },
  '+': { prefix: '', takes: anything },
  '#': { prefix: '#', takes: anything },
  '.': { prefix: '.', takes: segment },
  '/': { prefix: '/', takes: anything },
  ';': { prefix: ';', takes: segment },
  '?': { prefix: '?', takes: query },
  '&': { prefix: '&', takes: query },
};
const expression = /^([+#./;?&]?)([A-Za-z0-9_.,%:*-]+)$/;

/** Returns undefined for text that is not a template. */
function partsOf(template: string): Part[] | undefined {
  const parts: Part[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    const literal = template.slice(at, open < 0 ? undefined : open);
    if (literal.includes('}')) return undefined;
    if (literal !== '') parts.push(literal);
    if (open < 0) break;
    const close = template.indexOf('}', open);
    const read = close < 0 ? null : expression.exec(template.slice(open + 1, close));
    if (read === null) return undefined;
    const [, operator = '', variables = ''] = read;
    const expansion = expansions[operator];
    if (expansion === undefined) return undefined;
    parts.push(operator === '' && variables.endsWith('*') ? { ...expansion, takes: anything } : expansion);
    at = close + 1;
  }
  return parts;
}

/** Follows all matches in parallel: computes the positions in the URI where each part may begin. */
function matches(parts: readonly Part[], uri: string): boolean {
  let reached = new Uint8Array(uri.length + 1);
  reached[0] = 1;
  for (const part of parts)
    reached = typeof part === 'string' ? after(part, uri, reached) : expanded(part, uri, reached);
  return reached[uri.length] === 1;
}

function after(literal: string, uri: string, reached: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reached.length);
  for (let at = reached.indexOf(1); at >= 0; at = reached.indexOf(1, at + 1))
    if (uri.startsWith(literal, at)) next[at + literal.length] = 1;
  return next;
}

/** An expression may also expand to the empty string. */
function expanded({ prefix, takes }: Expansion, uri: string, reached: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reached);
  let inside = false;
  for (let at = 0; at < uri.length; at++) {
    const begins = reached[at] === 1 && (prefix === '' ? takes(uri[at] ?? '') : uri[at] === prefix);
    inside = begins || (inside && takes(uri[at] ?? ''));
    if (inside) next[at + 1] = 1;
  }
  return next;
}
