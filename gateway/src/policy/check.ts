import type { ToolDefinition } from '../catalog/tools.ts';
import type { RegistryPath } from '../registry/yaml/problem.ts';
import type { Client, Server } from '../registry/types.ts';

/** What a request asks for, and what is known about it. */
export interface Subject {
  readonly clientId: string;
  /** Undefined where the registry has no such client. */
  readonly client: Client | undefined;
  readonly serverId: string;
  /** Undefined where the registry has no such server. */
  readonly server: Server | undefined;
  /** The server's own name of the tool; null for a question about the server alone. */
  readonly tool: string | null;
  /** Only looked at where the server has `pin_tools`, or denies tools that it does not list. */
  readonly definition: ToolDefinition;
}

/** `rule` is the path in the registry that decided; ids have no dots. */
export interface Granted {
  readonly allowed: true;
  readonly reason: 'ok';
  readonly rule: string;
}

export interface Denied<R extends string> {
  readonly allowed: false;
  readonly reason: R;
  readonly rule: string;
}

/** Not decidable by what is known: a call asks the server for its tools first. */
export interface Undecided {
  readonly allowed: null;
  readonly reason: null;
  readonly rule: string;
}

export type Outcome<R extends string> = Granted | Denied<R> | Undecided;

export type Decider = 'client' | 'server' | 'approval';

/**
 * One check of a request. `checks.ts` lists all of them in the order of a call; the steps of `why`, the reason codes, their
 * documentation and their messages derive from that list.
 */
export interface Check<Id extends string, R extends string> {
  /** The name of its step in `why`. */
  readonly id: Id;
  /** What people call it. */
  readonly label: string;
  /** `arrival`: before the request is read; `server`: access to the server; `tool`: use of one of its tools. */
  readonly stage: 'arrival' | 'server' | 'tool';
  /** Whose entry denies: the client's own, the server's, which holds for every client, or a missing approval; by reason where they differ. */
  readonly decider: Decider | Readonly<Record<NoInfer<R>, Decider>>;
  /** Every reason for which it denies, with its meaning for docs/audit.md and the web interface. */
  readonly reasons: Readonly<Record<R, string>>;
  /** Undefined where the check does not object and is not what allows the request. */
  readonly decide: (subject: Subject) => Outcome<NoInfer<R>> | undefined;
  /** For `why` and the access matrix: why this client, server and tool are denied. */
  readonly denied: (subject: Subject, reason: string) => string;
  /** Why they pass, or why that is not decided. */
  readonly passed: (subject: Subject, outcome: Granted | Undecided | undefined) => string;
  /** Where the registry has the check's setting: the first of these that the file has, else the last. */
  readonly paths: (subject: Subject) => readonly RegistryPath[];
  /** What the denied client reads; null where the check answers before a request is read (http/ and mcp/limit). */
  readonly denial: ((subject: Subject, reason: string) => string) | null;
}

/** Keeps the literal types of an entry: the reason codes are derived from them. */
export function check<const Id extends string, const R extends string>(entry: Check<Id, R>): Check<Id, R> {
  return entry;
}
