import { printJson } from '../../output/printJson.ts';
import { oneLine } from '../../output/printer.ts';
import { verifyLog } from '../../../audit/verify/verifyLog.ts';
import { RpcCode } from '../../../errors.ts';
import { startGateway } from '../../../gateway.ts';
import { silentLogger } from '../../../logger.ts';
import type { Endpoint } from '../../../endpoint.ts';
import { ExitCode } from '../../exitCodes.ts';
import { newToken } from '../../../clients/newToken.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { postRpc, type ClientAccess, type RpcReply } from '../../live/request/rpc.ts';
import { plannedDenials, type Denial } from '../../selfTest/plan.ts';
import { copyForTest, type TestRegistry } from '../../selfTest/registry.ts';
import { styleOf } from '../../output/style.ts';

interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What came instead; only where it did not pass. */
  readonly got?: string;
}

/**
 * `lmcp self-test`: a gateway of its own over a copy of the registry, on a free port and with a log of its own, is asked for
 * what the registry grants and for what it forbids. No server is started.
 */
export async function selfTest(
  context: CommandContext,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  await using copy = await copyForTest(file);
  const gateway = await startGateway({
    registryPath: copy.path,
    env: context.terminal.env,
    logger: silentLogger,
    overrides: { host: '127.0.0.1', port: 0 },
  });
  const checks: Check[] = [];
  try {
    checks.push(...(await checkTokens(gateway, copy)));
    for (const denial of plannedDenials(gateway.store.current))
      checks.push(await checkDenial(gateway, copy, denial));
  } finally {
    await gateway.close();
  }
  checks.push(await checkLog(copy));
  tell(context, checks, options.json === true);
  return checks.every(({ passed }) => passed) ? ExitCode.fine : ExitCode.failed;
}

async function checkTokens(endpoint: Endpoint, { tokens }: TestRegistry): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const ping = (access: ClientAccess) => postRpc(endpoint, access, null, 'ping', {});
  for (const [clientId, token] of tokens) {
    const reply = await ping({ clientId, token });
    checks.push(check(`${clientId}: a valid token is accepted`, reply.kind === 'result', reply));
  }
  const unauthorized = (reply: RpcReply) => codeOf(reply) === RpcCode.unauthorized;
  const [known] = tokens;
  if (known !== undefined) {
    const [clientId, token] = known;
    const wrong = await ping({ clientId, token: newToken().token });
    checks.push(check(`${clientId}: a wrong token is denied`, unauthorized(wrong), wrong));
    const unknown = await ping({ clientId: 'lmcp-self-test-nobody', token });
    checks.push(check('an unknown client is denied', unauthorized(unknown), unknown));
  }
  const nobody = await ping({ clientId: '', token: '' });
  checks.push(check('a request without a token is denied', unauthorized(nobody), nobody));
  return checks;
}

async function checkDenial(endpoint: Endpoint, { tokens }: TestRegistry, denial: Denial): Promise<Check> {
  const { clientId, serverId, tool, expect } = denial;
  const access = { clientId, token: tokens.get(clientId) ?? '' };
  const reply = await postRpc(endpoint, access, serverId, 'tools/call', { name: tool, arguments: {} });
  if (expect === 'tool_denied') {
    return check(
      `${clientId}: the tool ${tool} of ${serverId} is denied`,
      codeOf(reply) === RpcCode.toolDenied,
      reply,
    );
  }
  const denied = codeOf(reply) === RpcCode.serverNotAllowed;
  return check(`${clientId}: the server ${serverId}, not in allow_servers, is denied`, denied, reply);
}

async function checkLog({ auditLog }: TestRegistry): Promise<Check> {
  const { ok, lines } = await verifyLog(auditLog);
  return { name: `the audit log of this test is intact (${lines} lines)`, passed: ok };
}

function check(name: string, passed: boolean, reply: RpcReply): Check {
  return passed ? { name, passed } : { name, passed, got: replyText(reply) };
}

function codeOf(reply: RpcReply): unknown {
  return reply.kind === 'error' ? reply.error['code'] : undefined;
}

function replyText(reply: RpcReply): string {
  if (reply.kind === 'result') return 'it was allowed';
  return reply.kind === 'http' ? reply.message : `error ${String(reply.error['code'])}`;
}

function tell({ terminal }: CommandContext, checks: readonly Check[], json: boolean): void {
  if (json) {
    printJson(terminal, checks);
    return;
  }
  const style = styleOf(terminal, 'stdout');
  for (const { name, passed, got } of checks) {
    terminal.out(
      `${passed ? style.good('✓') : style.bad('✗')} ${name}${got === undefined ? '' : `: ${oneLine(got)}`}\n`,
    );
  }
  const failed = checks.filter(({ passed }) => !passed).length;
  terminal.out(
    failed === 0 ? `all ${checks.length} checks passed\n` : `${failed} of ${checks.length} checks failed\n`,
  );
}
