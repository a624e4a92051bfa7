import { isRecord } from '../../json/isRecord.ts';
import { callMaxS } from '../../registry/schema/server/callMaxS.ts';
import type { Entry } from '../../connect/applications/application.ts';

type Accepts = (value: unknown) => boolean;
/** Of several keys for one thing the first that is accepted is read. */
type Group = readonly [keys: readonly string[], accepts: Accepts];

const isGiven: Accepts = (value) => value !== undefined && value !== null;
const isText: Accepts = (value) => typeof value === 'string';
const isFlag: Accepts = (value) => typeof value === 'boolean';
const isList: Accepts = (value) => Array.isArray(value);
const isTexts: Accepts = (value) => Array.isArray(value) && value.every(isText);
const isAny: Accepts = () => true;

const common: readonly Group[] = [
  [['disabled'], isFlag],
  [['enabled'], isFlag],
  [['includeTools', 'enabled_tools', 'tools'], isTexts],
  [['excludeTools', 'disabled_tools', 'disabledTools'], isTexts],
];

const groups: Readonly<Record<Kind, readonly Group[]>> = {
  command: [
    ...common,
    [['command', 'cmd'], isAny],
    [['args'], isList],
    [['env', 'environment', 'envs'], isRecord],
    [['env_keys'], isList],
    [['env_vars'], isList],
    [['cwd'], isText],
    [['envFile'], isText],
    [['tool_timeout_sec'], isCarriedTimeout],
  ],
  url: [
    ...common,
    [['url', 'httpUrl', 'serverUrl', 'uri'], isText],
    [['headers', 'http_headers', 'requestOptions'], isRecord],
    [['bearer_token_env_var'], isText],
    [['env_http_headers'], isRecord],
    [['tool_timeout_sec'], isCarriedTimeout],
  ],
  catalog: [
    ...common,
    [['image'], isText],
    [['command'], isList],
    [['env'], isList],
    [['secrets'], isList],
    [['volumes'], isList],
    [['disableNetwork'], isFlag],
  ],
};

/** What only describes a server, or is said by the form of what it becomes. */
const descriptive = new Set([
  ...['$schema', 'type', 'transport', 'name', 'title', 'displayName', 'display_name', 'description'],
  ...['icon', 'version', 'gallery', 'remote', 'source'],
]);
/** What a Docker MCP catalog says about an image. */
const ofCatalog = new Set([
  ...['ref', 'readme', 'toolsUrl', 'source', 'upstream', 'dateAdded', 'metadata', 'config'],
  ...['tools', 'prompts', 'resources'],
]);

/** What an entry becomes a server by. */
export type Kind = 'command' | 'url' | 'catalog';

/** Longer calls than the registry lets a call with progress last would need another limit as well. */
export function isCarriedTimeout(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds > 0 && seconds <= callMaxS;
}

/** The keys of an entry that its conversion does not read, those of its variables and headers included: never a value. */
export function unreadKeys(entry: Entry, kind: Kind): readonly string[] {
  const read = new Set(
    groups[kind].map(([keys, accepts]) => keys.find((key) => isGiven(entry[key]) && accepts(entry[key]))),
  );
  const isDescriptive = (key: string): boolean =>
    descriptive.has(key) || (kind === 'catalog' && ofCatalog.has(key));
  return Object.entries(entry).flatMap(([key, value]) => {
    if (!isGiven(value) || isDescriptive(key)) return [];
    if (!read.has(key)) return [key];
    return isRecord(value) ? unreadParts(key, value) : [];
  });
}

/** A program and a header get text: what is none is left out. */
function unreadParts(key: string, section: Entry): readonly string[] {
  const isRead: (name: string, part: unknown) => boolean =
    key === 'requestOptions'
      ? (name) => name === 'headers'
      : (_, part) => ['string', 'number', 'boolean'].includes(typeof part);
  return Object.entries(section)
    .filter(([name, part]) => isGiven(part) && !isRead(name, part))
    .map(([name]) => `${key}.${name}`);
}
