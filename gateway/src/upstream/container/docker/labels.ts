import { randomBytes } from 'node:crypto';

/** What every container of a gateway carries; the engine guard and the sweep go by these. */
export const containerLabel = {
  /** Which gateway it belongs to. */
  instance: 'lmcp.instance',
  /** The server's id in the registry. */
  server: 'lmcp.server',
  /** A digest of what it was created from, without values of variables. */
  spec: 'lmcp.spec',
  /** Its limits, in bytes and in number, which the guard sums up. */
  memory: 'lmcp.memory',
  processes: 'lmcp.processes',
} as const;

/** What the product's image may have from its build; empty, so that Compose's tools don't take a server for a part of the stack. */
export const foreignLabels: Readonly<Record<string, ''>> = {
  'com.docker.compose.project': '',
  'com.docker.compose.service': '',
  'com.docker.compose.version': '',
};

/** Labels can be inherited from an image; a name can't. What is ours has both. */
export function containerNamePrefix(instance: string): string {
  return `lmcp-${instance}-`;
}

/** Tells the containers of this process from those of an earlier run; 8 hexadecimal digits. */
const run = randomBytes(4).toString('hex');
const nameOfThisRun = new RegExp(`-${run}[0-9a-f]{8}$`);

/** A name for a new container: the installation, the server, the run, and 8 digits that no other has. */
export function containerName(instance: string, server: string): string {
  return `${containerNamePrefix(instance)}${server}-${run}${randomBytes(4).toString('hex')}`;
}

export function isOfThisRun(name: string): boolean {
  return nameOfThisRun.test(name);
}
