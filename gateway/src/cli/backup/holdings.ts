import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { listSegments } from '../../audit/format/segmentNames.ts';
import { openSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import { parseRegistryFile } from '../../registry/file/registryFile.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** The registry in a backup, whatever its file is called. */
export const registryName = 'registry/registry.yaml';
const registryFolder = 'registry/';
/** Files that the registry names below the folder that its relative paths resolve against. */
const besideFolder = 'files/';
const logFolder = 'log/';

/** What LMCP keeps beside a registry: keys, tokens, secrets, approvals, sign-ins, lists, history, and what undoing needs. */
const keptFiles = [
  'secrets.yaml',
  'audit.key',
  'audit-checkpoint.key',
  'gateway.key',
  '.tools-acknowledged.json',
  '.authorizations.json',
  'sign_ins.json',
];
const keptFolders = ['.lists', '.tools-approved', '.registry-history', 'connected'];

/** One file that belongs to a gateway. */
export interface Holding {
  /** In a backup. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** How much of it: a log that is being written ends with its last whole line. */
  readonly size: number;
}

export interface Holdings {
  readonly files: readonly Holding[];
  /** What belongs to it and is not among them, for a person. */
  readonly outside: readonly string[];
}

/** Everything that a gateway needs to go on elsewhere: the registry, what is beside it, and the audit log. */
export async function holdingsOf(file: RegistryFile): Promise<Holdings> {
  const folder = dirname(file.path);
  const kept = await Promise.all(keptFiles.map((name) => holding(registryFolder + name, join(folder, name))));
  const inFolders = await Promise.all(
    keptFolders.map((name) => filesIn(registryFolder + name, join(folder, name))),
  );
  const tokens = await tokenFiles(file);
  const files = [
    await holding(registryName, file.path),
    ...kept,
    ...inFolders.flat(),
    ...tokens.inside,
    ...(await logFiles(file.registry.settings.auditLog)),
  ];
  return {
    files: files.filter((each) => each !== undefined),
    outside: [...tokens.outside, ...(await secretsElsewhere(file.path))],
  };
}

/** Where a file of a backup goes. @throws CommandFailure for a name that no backup has */
export function placeOf(
  name: string,
  { registryPath, baseDir, auditLog }: { registryPath: string; baseDir: string; auditLog: string },
): string {
  const parts = name.split('/');
  const isPlain = parts.every(
    (part) => part !== '' && part !== '.' && part !== '..' && !/[\\\p{Cc}]/u.test(part),
  );
  const folder = `${parts[0]}/`;
  const rest = parts.slice(1);
  if (isPlain && name === registryName) return registryPath;
  if (isPlain && folder === registryFolder && mayStandBeside(rest))
    return join(dirname(registryPath), ...rest);
  if (isPlain && folder === besideFolder && rest.length > 0) return join(baseDir, ...rest);
  if (isPlain && folder === logFolder && /^log(\.\d{6,15})?$/.test(rest.join('/')))
    return auditLog + (rest[0] ?? '').slice('log'.length);
  throw new CommandFailure(`the backup holds ${name}, which no backup has`);
}

function mayStandBeside([first = '', ...more]: readonly string[]): boolean {
  return more.length === 0 ? keptFiles.includes(first) : more.length === 1 && keptFolders.includes(first);
}

async function holding(name: string, path: string): Promise<Holding | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true ? { name, path, size: found.size } : undefined;
}

async function filesIn(name: string, folder: string): Promise<readonly (Holding | undefined)[]> {
  const names = (await readdir(folder).catch(() => [])).filter((each) => !each.endsWith('.tmp'));
  return Promise.all(names.sort().map((each) => holding(`${name}/${each}`, join(folder, each))));
}

async function tokenFiles(
  file: RegistryFile,
): Promise<{ readonly inside: readonly (Holding | undefined)[]; readonly outside: readonly string[] }> {
  const paths = [...parseRegistryFile(file.path, file.text, { env: file.env }).tokenFiles.keys()];
  const isInside = (path: string): boolean => {
    const way = relative(file.baseDir, path);
    return way !== '' && way.split(sep)[0] !== '..' && !way.startsWith(sep);
  };
  const inside = paths.filter(isInside).map((path) => {
    const name = besideFolder + relative(file.baseDir, path).split(sep).join('/');
    return holding(name, path);
  });
  const outside = paths.filter((path) => !isInside(path)).map((path) => `the token in ${path}`);
  return { inside: await Promise.all(inside), outside };
}

async function secretsElsewhere(registryPath: string): Promise<readonly string[]> {
  const secrets = await openSecrets(secretsPath(registryPath));
  return [...(secrets.ok ? secrets.entries : [])].flatMap(([name, { kind }]) => {
    if (kind === 'keyring') return [`the secret ${name}, which the keyring of this machine holds`];
    if (kind === 'file') return [`the secret ${name}, which another file holds`];
    return kind === 'command' ? [`the secret ${name}, which a program prints`] : [];
  });
}

async function logFiles(auditLog: string): Promise<readonly (Holding | undefined)[]> {
  const segments = await listSegments(auditLog).catch(() => []);
  return Promise.all(
    segments.map(async ({ path, name, number }) => {
      const size = number === segments.at(-1)?.number ? await wholeLines(path) : (await lstat(path)).size;
      return { name: `${logFolder}log${name.slice(basename(auditLog).length)}`, path, size };
    }),
  );
}

/** Bytes up to the last line break: what comes behind it is being written. */
async function wholeLines(path: string): Promise<number> {
  await using file = await open(path);
  const piece = 64 * 1024;
  for (let end = (await file.stat()).size; end > 0; end -= piece) {
    const start = Math.max(0, end - piece);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const at = buffer.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at !== -1) return start + at + 1;
  }
  return 0;
}

/** The text of the registry and of the secrets: a backup in which both belong together starts and ends with the same. */
export async function stateOf(registryPath: string): Promise<string> {
  const texts = [registryPath, secretsPath(registryPath)].map((path) =>
    readFile(path, 'utf8').catch(() => ''),
  );
  return (await Promise.all(texts)).join('\0');
}
