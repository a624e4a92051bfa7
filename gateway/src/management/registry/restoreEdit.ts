import { isRecord } from '../../json/isRecord.ts';
import { parse } from 'yaml';
import { applyPatch } from '../../registry/edit/patch.ts';
import type { RegistryEdit } from './registryEdit.ts';

type Section = Readonly<Record<string, unknown>>;

const clientTokens = ['token', 'token_file', 'token_sha256'] as const;
const managementTokens = ['management_token', 'management_token_sha256'] as const;

/**
 * Goes back to an earlier text with today's credentials, so that no revoked token comes back: of clients that are in both, and
 * of management. A client that is not there today has no token that may be used, and is left out.
 * @param earlier the text to go back to
 */
export function restoreEdit(earlier: string): RegistryEdit {
  return (today) => {
    const [then, now] = [plain(earlier), plain(today)];
    const present = section(now, 'clients');
    const absent: string[] = [];
    const clients = Object.entries(section(then, 'clients')).map(([id, client]): [string, unknown] => {
      if (Object.hasOwn(present, id)) {
        return [id, takenOver(asSection(client), asSection(present[id]), clientTokens)];
      }
      absent.push(id);
      return [id, null];
    });
    const lmcp = takenOver(section(then, 'lmcp'), section(now, 'lmcp'), managementTokens);
    const result = applyPatch(earlier, {
      ...(clients.length > 0 ? { clients: Object.fromEntries(clients) } : {}),
      ...(Object.keys(lmcp).length > 0 ? { lmcp } : {}),
    });
    return result.ok ? { ...result, notes: absent.map(leftOut) } : result;
  };
}

/** A patch that gives a section the credentials of another: its own go, whatever form they have. */
function takenOver(then: Section, now: Section, keys: readonly string[]): Section {
  const patch = keys.flatMap((key): [string, unknown][] => {
    if (Object.hasOwn(now, key)) return [[key, now[key]]];
    return Object.hasOwn(then, key) ? [[key, null]] : [];
  });
  return Object.fromEntries(patch);
}

function leftOut(id: string): string {
  return `client ${id} of the earlier registry is left out: it has no token today; add it again to give it one`;
}

/** What does not parse is for the patch to reject. */
function plain(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}

function section(value: unknown, key: string): Section {
  return asSection(asSection(value)[key]);
}

function asSection(value: unknown): Section {
  return isRecord(value) ? value : {};
}
