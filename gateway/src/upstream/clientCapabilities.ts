import { isRecord } from '../json/isRecord.ts';
type Json = Readonly<Record<string, unknown>>;

/** What a client can be asked for, reduced to what LMCP passes on (MCP 2025-11-25, basic/lifecycle, "Capability Negotiation"). */
export interface ClientCapabilities {
  readonly sampling?: { readonly tools?: Json; readonly context?: Json };
  readonly elicitation?: { readonly form?: Json; readonly url?: Json };
  readonly roots?: { readonly listChanged?: boolean };
  /** Of stateless clients alone: each of their requests says it. */
  readonly extensions?: { readonly [tasksExtension]?: Json };
}

/** Tasks in place of results (SEP-2663). */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

export const noCapabilities: ClientCapabilities = {};

/** The same of a stateless client, with the extension that LMCP passes on. */
export function readStatelessCapabilities(declared: unknown): ClientCapabilities {
  const extensions = pick(objectOf(declared)?.['extensions'], tasksExtension);
  const known = readClientCapabilities(declared);
  return Object.keys(extensions).length === 0 ? known : { ...known, extensions };
}

/** Reads what a client declares; whatever else it says of itself (tasks, extensions, experiments) ends here. */
export function readClientCapabilities(declared: unknown): ClientCapabilities {
  const { sampling, elicitation, roots } = objectOf(declared) ?? {};
  return {
    ...(objectOf(sampling) && { sampling: pick(sampling, 'tools', 'context') }),
    ...(objectOf(elicitation) && { elicitation: pick(elicitation, 'form', 'url') }),
    ...(objectOf(roots) && { roots: objectOf(roots)?.['listChanged'] === true ? { listChanged: true } : {} }),
  };
}

/** A session's capabilities stay the same object, and each of its calls asks for their key. */
const knownKeys = new WeakMap<ClientCapabilities, string>();

/** Equal for clients that can be asked the same things. */
export function capabilitiesKey(capabilities: ClientCapabilities): string {
  let key = knownKeys.get(capabilities);
  if (key === undefined) {
    key = lettersOf(capabilities);
    knownKeys.set(capabilities, key);
  }
  return key;
}

function lettersOf({ sampling, elicitation, roots, extensions }: ClientCapabilities): string {
  const letters = [
    sampling && 's',
    sampling?.tools && 't',
    sampling?.context && 'c',
    elicitation && 'e',
    elicitation?.form && 'f',
    elicitation?.url && 'u',
    roots && 'r',
    roots?.listChanged && 'l',
    extensions?.[tasksExtension] && 'k',
  ];
  return letters.filter(Boolean).join('');
}

/** The capabilities that have this key. */
export function capabilitiesOf(key: string): ClientCapabilities {
  const has = (letter: string): boolean => key.includes(letter);
  return {
    ...(has('s') && { sampling: { ...(has('t') && { tools: {} }), ...(has('c') && { context: {} }) } }),
    ...(has('e') && { elicitation: { ...(has('f') && { form: {} }), ...(has('u') && { url: {} }) } }),
    ...(has('r') && { roots: has('l') ? { listChanged: true } : {} }),
    ...(has('k') && { extensions: { [tasksExtension]: {} } }),
  };
}

/** Whether a server may ask the person or the model behind the client. */
export function answersQuestions({ sampling, elicitation }: ClientCapabilities): boolean {
  return sampling !== undefined || elicitation !== undefined;
}

/** Whether a client with these capabilities can be asked this. */
export function canBeAsked(capabilities: ClientCapabilities, method: string, params: Json): boolean {
  switch (method) {
    case 'roots/list':
      return capabilities.roots !== undefined;
    case 'sampling/createMessage': {
      const { sampling } = capabilities;
      return sampling !== undefined && (params['tools'] === undefined || sampling.tools !== undefined);
    }
    case 'elicitation/create':
      return canElicit(capabilities, params['mode']);
    default:
      return false;
  }
}

/** An empty `elicitation` means forms, as before modes existed. */
function canElicit({ elicitation }: ClientCapabilities, mode: unknown): boolean {
  if (elicitation === undefined) return false;
  return mode === 'url' ? elicitation.url !== undefined : elicitation.form !== undefined || !elicitation.url;
}

function objectOf(value: unknown): Json | undefined {
  return isRecord(value) ? value : undefined;
}

function pick(from: unknown, ...keys: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    keys.flatMap((key) => (objectOf(objectOf(from)?.[key]) === undefined ? [] : [[key, {}]])),
  );
}
