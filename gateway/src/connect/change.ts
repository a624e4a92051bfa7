import type { Application, Connection, Entry } from './applications/application.ts';
import { entryFor, entryName } from './applications/application.ts';
import { editFile, entriesOf, readFile } from './edit/editFile.ts';
import type { EditResult } from './edit/edit.ts';
import { digestOf, type ConnectRecord } from './connectRecord.ts';

/** The application's file with the gateway's entry in it. */
export function connected(
  application: Application,
  text: string,
  connection: Connection,
  isBridged = false,
): EditResult {
  const { format, place } = application;
  return editFile(format, text, {
    place,
    name: entryName,
    entry: entryFor(application, connection, isBridged),
  });
}

/**
 * The application's file without the gateway's entry. Where it is as LMCP wrote it, it becomes what it was before, byte
 * for byte; where it was changed since, the entry alone goes and the one it replaced comes back.
 * @returns `text: null` where there was no file before
 */
export function disconnected(
  application: Application,
  text: string,
  record: ConnectRecord | undefined,
): EditResult | { readonly ok: true; readonly text: null } {
  if (record !== undefined && digestOf(text) === record.written) return { ok: true, text: record.before };
  const { format, place } = application;
  const entry = currentEntry(application, record?.before ?? '') ?? null;
  return editFile(format, text, { place, name: entryName, entry });
}

/** The gateway's entry in the application's file. */
export function currentEntry({ format, place }: Application, text: string): Entry | undefined {
  const read = readFile(format, text);
  return read.ok ? entriesOf(read.value, place).get(entryName) : undefined;
}

/** Every string of an entry: the tokens and addresses among them. */
export function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsOf);
}

/** The file without these servers. */
export function withoutServers(
  { format, place }: Application,
  text: string,
  names: readonly string[],
): EditResult {
  return names.reduce<EditResult>(
    (result, name) => (result.ok ? editFile(format, result.text, { place, name, entry: null }) : result),
    { ok: true, text },
  );
}
