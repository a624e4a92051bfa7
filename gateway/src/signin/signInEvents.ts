import type { Whose } from './store/signInRecord.ts';

/** What happens to a sign-in: each is logged, without a token, a code or a secret. */
export type SignInStep = 'begun' | 'finished' | 'failed' | 'renewed' | 'lost' | 'ended';

export interface SignInDetail {
  readonly issuer?: string;
  readonly scopes?: readonly string[];
  /** Of the authorization server, or what LMCP rejects. */
  readonly error?: string;
  readonly revoked?: boolean;
}

export interface SignInEvents {
  /** Resolves when it is durable. @throws AuditUnavailableError */
  note(step: SignInStep, whose: Whose, detail: SignInDetail): Promise<void>;
}
