import type { ServerHealthView } from '../api/schema/serverHealth.ts';
import type { CallRun } from './latency.ts';

/** What is known of a server now. */
export interface ServerFacts {
  readonly state: 'idle' | 'starting' | 'ready' | 'backoff' | 'failed';
  /** What failed since it last started; null where nothing did. */
  readonly failure: { readonly message: string; readonly stderr: readonly string[] } | null;
  readonly calls: CallRun;
  readonly pendingTools: number;
  /** Null for a server that LMCP does not sign in to. */
  readonly signIn: {
    readonly needed: 'sign_in' | 'more_scopes' | null;
    readonly endsAt: number | null;
  } | null;
  /** Its id. */
  readonly serverId: string;
}

/** A model can send one call in a wrong way a few times; a server that answers with nothing but errors is broken. */
const failuresInARow = 5;
/** Of a server that has not answered one call yet. */
const failuresFromTheStart = 3;

/**
 * The one judgement of a server that the interface, `lmcp status` and `/status` show. What is broken comes before what waits
 * for a decision, and both before what works.
 */
export function serverHealth(facts: ServerFacts): ServerHealthView {
  return signInNeeded(facts) ?? failing(facts) ?? decision(facts) ?? working(facts);
}

/** Checked first: without it nothing else about the server can be judged. */
function signInNeeded({ signIn, serverId }: ServerFacts): ServerHealthView | undefined {
  const { needed = null, endsAt = null } = signIn ?? {};
  if (needed === null && endsAt === null) return undefined;
  const what =
    needed === 'more_scopes'
      ? 'The sign-in lacks a permission that the server asks for'
      : needed === 'sign_in'
        ? 'Sign-in needed'
        : `The sign-in ends at ${new Date(endsAt ?? 0).toISOString()} and cannot be renewed`;
  return { level: 'decision', summary: `${what}: lmcp login ${serverId}`, stderr: [], action: 'sign_in' };
}

function failing({ failure, calls, state }: ServerFacts): ServerHealthView | undefined {
  if (failure !== null) {
    const summary = failure.message.replaceAll(/\s*\n\s*/g, ' ');
    const again = state === 'backoff' ? ' It is started again automatically.' : '';
    return {
      level: 'failing',
      summary: summary + again,
      stderr: [...failure.stderr],
      action: failure.stderr.length > 0 ? 'view_logs' : 'edit_settings',
    };
  }
  const { failedInARow, answered } = calls;
  if (failedInARow < (answered ? failuresInARow : failuresFromTheStart)) return undefined;
  return {
    level: 'failing',
    summary: `The last ${failedInARow} calls failed.`,
    stderr: [],
    action: 'view_calls',
  };
}

function decision({ pendingTools: pending }: ServerFacts): ServerHealthView | undefined {
  if (pending === 0) return undefined;
  const summary = pending === 1 ? '1 tool is pending approval.' : `${pending} tools are pending approval.`;
  return { level: 'decision', summary, stderr: [], action: 'approve_tools', pending_tools: pending };
}

const summaries = {
  idle: 'Not running; the next call starts it.',
  starting: 'Starting.',
  ready: 'Running.',
  backoff: 'Waiting to start again.',
  failed: 'Could not be started.',
} as const;

function working({ state }: ServerFacts): ServerHealthView {
  const broken = state === 'backoff' || state === 'failed';
  return {
    level: broken ? 'failing' : state === 'idle' ? 'idle' : 'ok',
    summary: summaries[state],
    stderr: [],
    action: broken ? 'view_logs' : 'none',
  };
}
