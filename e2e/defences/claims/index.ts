import type { Claim } from '../claim.ts';
import { accessClaims } from './access.ts';
import { auditClaims } from './audit.ts';
import { authorizationClaims } from './authorizations.ts';
import { issuerTokenClaims } from './issuerTokens.ts';
import { connectionClaims } from './connections.ts';
import { containerClaims } from './containers.ts';
import { guardCallerClaims, guardClaims } from './guard.ts';
import { httpClaims } from './http.ts';
import { jsonrpcClaims } from './jsonrpc.ts';
import { outputClaims } from './output.ts';
import { registryClaims } from './registry.ts';
import { secretClaims } from './secrets.ts';
import { serverSignInClaims } from './serverSignIns.ts';
import { signInClaims } from './signIn.ts';
import { upstreamClaims } from './upstreams.ts';

/** Every claim whose breach a test must notice. */
export const claims: readonly Claim[] = [
  ...accessClaims,
  ...httpClaims,
  ...connectionClaims,
  ...jsonrpcClaims,
  ...upstreamClaims,
  ...secretClaims,
  ...outputClaims,
  ...containerClaims,
  ...guardClaims,
  ...guardCallerClaims,
  ...signInClaims,
  ...serverSignInClaims,
  ...authorizationClaims,
  ...issuerTokenClaims,
  ...registryClaims,
  ...auditClaims,
];
