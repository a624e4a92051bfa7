import { parse } from 'yaml';
import type { TokenFacts } from '../../api/settings/settings.ts';
import { findPage } from '../../audit/read/search.ts';
import type { AuditLine } from '../../audit/types.ts';
import { isRecord } from '../../json/isRecord.ts';
import type { Registry } from '../../registry/types.ts';

interface TokenSources {
  readonly registry: Registry;
  /** The registry's file. */
  readonly text: string;
  readonly auditLog: string;
  /** From memory; null where only the log can tell. */
  readonly lastSeen: (clientId: string) => string | null;
}

/** Changes of the registry that are looked through. */
const maxChanges = 500;

/** Which tokens there are, when each was set, and when it was last used; of management only where it has one. @throws the file system's error */
export async function tokenFacts({
  registry,
  text,
  auditLog,
  lastSeen,
}: TokenSources): Promise<TokenFacts[]> {
  const { lines: changes } = await findPage(
    auditLog,
    { events: ['config_change'], allowed: true },
    { limit: maxChanges },
  );
  const file: unknown = parse(text, { logLevel: 'error' });
  const lastLine = async (
    event: 'client_auth' | 'management_auth',
    client?: string,
  ): Promise<number | null> => {
    const filter = { events: [event], allowed: true, ...(client !== undefined && { client }) };
    const { lines } = await findPage(auditLog, filter, { limit: 1 });
    return instantOf(lines[0]?.ts);
  };
  const clients: TokenFacts[] = [];
  for (const { id, tokens } of registry.clients.values()) {
    clients.push({
      client_id: id,
      count: tokens.length,
      stored: storedForms(at(at(file, 'clients'), id), clientForms),
      changed_at: changedAt(changes, [`client ${id}: token is changed`, `client ${id} is new`]),
      used_at: instantOf(lastSeen(id)) ?? (await lastLine('client_auth', id)),
    });
  }
  const count = registry.settings.managementTokens.length;
  if (count === 0) return clients;
  const management: TokenFacts = {
    client_id: null,
    count,
    stored: storedForms(at(file, 'lmcp'), managementForms),
    changed_at: changedAt(changes, ['lmcp.management_token']),
    used_at: await lastLine('management_auth'),
  };
  return [management, ...clients];
}

type Form = TokenFacts['stored'][number];

const clientForms = [
  ['token', 'text'],
  ['token_file', 'file'],
  ['token_sha256', 'sha256'],
] as const;
const managementForms = [
  ['management_token', 'text'],
  ['management_token_sha256', 'sha256'],
] as const;

function storedForms(section: unknown, forms: readonly (readonly [key: string, form: Form])[]): Form[] {
  const found = forms.flatMap(([key, form]) =>
    [at(section, key)]
      .flat()
      .filter((value) => typeof value === 'string' && value !== '')
      .map((value): Form => (form === 'text' && String(value).startsWith('${') ? 'environment' : form)),
  );
  return [...new Set(found)];
}

function changedAt(changes: readonly AuditLine[], told: readonly string[]): number | null {
  const change = changes.find(({ detail }) => {
    const summary = detail?.['changes'];
    return (
      Array.isArray(summary) &&
      summary.some((line) => typeof line === 'string' && told.some((text) => beginsWith(line, text)))
    );
  });
  return instantOf(change?.ts);
}

/** As words: `client a is new` begins `client a is new and may…`, and `client ab` does not begin with `client a`. */
function beginsWith(line: string, text: string): boolean {
  return line.startsWith(text) && !/^[\w-]/.test(line.slice(text.length));
}

function instantOf(ts: string | null | undefined): number | null {
  return ts === null || ts === undefined ? null : Date.parse(ts);
}

function at(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
