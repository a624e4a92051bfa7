import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { ApplyAnswer, RegistryViewAnswer } from '../../gateway/src/api/registry.ts';
import type { AuditLine } from '../../gateway/src/audit/types.ts';
import { checkAnswer } from './contract.ts';
import { TestGateway } from './gateway.ts';
import { callerNamed } from './rpc.ts';
import { fixture } from './servers.ts';

export interface ManagementReply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

/** Any answer of the API, as a script sees it. */
export interface AnyAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly [key: string]: unknown;
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to the management API, with the token where there is one, and compares the answer with its schema. */
export async function manage<T = AnyAnswer>(
  gateway: TestGateway,
  token: string | undefined,
  path: string,
  { method, body, ifMatch, headers = {} }: Asked = {},
): Promise<ManagementReply<T>> {
  const sent = new Headers(headers);
  if (token !== undefined) sent.set('X-Lmcp-Management-Token', token);
  if (ifMatch !== undefined) sent.set('If-Match', `"${ifMatch}"`);
  if (body !== undefined) sent.set('Content-Type', 'application/json');
  const verb = method ?? (body === undefined ? 'GET' : 'POST');
  const answer = await fetch(gateway.origin + path, {
    method: verb,
    headers: sent,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  checkAnswer(verb, path, answer.status, text);
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) as T };
}

export const managementToken = 'management-token-0123456789';
export const vscode = callerNamed('vscode');
export const codex = callerNamed('codex');
const apiKey = 'value-of-the-api-key-0123456789';
/** All that must not be shown. */
export const secrets = [managementToken, vscode.token, codex.token, apiKey];

/** A change that harms nobody. */
export const grantOther = { clients: { codex: { allow_servers: ['other'] } } };

/** A registry as a person writes it: with comments, and a secret in one of them. */
export function managedRegistry(port: number): string {
  const plain = fixture('plain-server.ts');
  const server = `    transport: stdio\n    command: ${plain.command}\n    args: ${JSON.stringify(plain.args)}\n`;
  return `# who may do what
lmcp:
  port: ${port}
  management_token: ${managementToken} # of ${managementToken}
clients:
  # the editor
  vscode:
    token: ${vscode.token}
    allow_servers: [plain] # harmless
  codex:
    token: ${codex.token}
    allow_servers: []
servers:
  plain: # ours
${server}    env: {API_KEY: ${apiKey}, EMPTY: ""}
  other:
${server}`;
}

interface RegistryData {
  readonly lmcp?: Record<string, unknown>;
  readonly clients: Record<string, Record<string, unknown>>;
  readonly servers: Record<string, Record<string, unknown>>;
}

/** A running gateway over that registry, its file, and the way of a manager to it. */
export class ManagedGateway implements AsyncDisposable {
  readonly gateway: TestGateway;

  private constructor(gateway: TestGateway) {
    this.gateway = gateway;
  }

  static async start(): Promise<ManagedGateway> {
    const gateway = await TestGateway.prepare({});
    await writeFile(gateway.registryPath, managedRegistry(gateway.port));
    await gateway.run();
    return new ManagedGateway(gateway);
  }

  ask<T = ApplyAnswer>(path: string, asked: Asked = {}): Promise<ManagementReply<T>> {
    return manage<T>(this.gateway, managementToken, path, asked);
  }

  apply(patch: object, asked: Asked = {}): Promise<ManagementReply<ApplyAnswer>> {
    return this.ask('/registry/apply', { ...asked, body: { patch } });
  }

  async revision(): Promise<string> {
    return (await this.ask<RegistryViewAnswer>('/registry/view')).body.revision;
  }

  fileText(): Promise<string> {
    return readFile(this.gateway.registryPath, 'utf8');
  }

  async fileData(): Promise<RegistryData> {
    return parse(await this.fileText()) as RegistryData;
  }

  async loggedChanges(): Promise<AuditLine[]> {
    return (await this.gateway.audit()).filter(({ event }) => event === 'config_change');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
  }
}
