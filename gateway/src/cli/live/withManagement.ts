import type { SignInAnswer } from '../../api/signIn/signIn.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { clearManagementToken } from '../../connect/write/clearTokens.ts';
import { httpRequest, type Reach } from './request/httpRequest.ts';
import { askManagement } from './request/askManagement.ts';
import { findGateway } from './findGateway.ts';
import { askSignInLink } from './signInLink.ts';

/** Asks the management API; a timeout is the gateway's own. */
export type AskManagement = (path: string, body?: unknown) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Does something with the management of a gateway: by the token that is known here, else by a session of its own, which is ended
 * afterwards.
 * @param signInCode of a link; null where the registry forbids signing in by one
 * @throws CommandFailure where there is neither
 */
export async function withManagement<T>(
  file: RegistryFile,
  reach: Reach,
  signInCode: () => Promise<string | null>,
  use: (ask: AskManagement) => Promise<T>,
): Promise<T> {
  const known = clearManagementToken(file);
  if (known !== undefined) return use((path, body) => askManagement(reach, known, path, body));
  const code = await signInCode();
  if (code === null) {
    throw new CommandFailure(
      'the management token is not known here, and lmcp.browser_sign_in is false: set LMCP_MANAGEMENT_TOKEN',
    );
  }
  const headers = { 'X-Lmcp-Sign-In-Code': code };
  const answer = await httpRequest(reach, '/sign-in', { method: 'POST', headers, timeoutMs: 10_000 });
  const session = JSON.parse(answer.body) as SignInAnswer | { readonly ok: false; readonly message: string };
  if (!session.ok) throw new CommandFailure(`the gateway rejects: ${session.message}`);
  try {
    return await use((path, body) => askManagement(reach, session.token, path, body));
  } finally {
    const signedOut = { method: 'DELETE', headers: { 'X-Lmcp-Management-Token': session.token } } as const;
    // With a gateway that has ended its sessions have, too.
    await httpRequest(reach, '/management/session', { ...signedOut, timeoutMs: 10_000 }).catch(
      () => undefined,
    );
  }
}

/**
 * The same with the running gateway.
 * @throws CommandFailure where none runs, too
 */
export async function withRunningManagement<T>(
  file: RegistryFile,
  use: (ask: AskManagement) => Promise<T>,
): Promise<T> {
  const found = await findGateway(file);
  if (found.kind === 'none') {
    throw (
      found.doubt ??
      new CommandFailure('no gateway is running, and only a running one has the tools of its servers')
    );
  }
  return withManagement(file, found.reach, async () => (await askSignInLink(found.reach)).code, use);
}
