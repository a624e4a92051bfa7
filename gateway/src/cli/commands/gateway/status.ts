import { printJson } from '../../output/printJson.ts';
import { clearManagementToken } from '../../../connect/write/clearTokens.ts';
import { ExitCode } from '../../exitCodes.ts';
import { findGateway } from '../../live/findGateway.ts';
import { liveStatus } from '../../live/liveGateway.ts';
import { newestAuditLines } from '../../newestAuditLines.ts';
import type { CommandContext } from '../../commandContext.ts';
import { readRegistryFile, type RegistryFile } from '../../registry/registryFile.ts';
import { fileView, statusText, type StatusReport } from '../../output/statusReport.ts';
import { styleOf } from '../../output/style.ts';

interface StatusOptions {
  readonly json?: true;
  readonly limit: number;
  readonly port?: number;
}

/** `lmcp status`: what the registry says, what the gateway does, and the newest audit lines; exit 1 when none runs. */
export async function status(context: CommandContext, options: StatusOptions): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  const report = await reportOf(context, file, options);
  const { terminal } = context;
  if (options.json === true) printJson(terminal, report);
  else terminal.out(statusText(report, styleOf(terminal, 'stdout')));
  if (report.running) return ExitCode.fine;
  terminal.err(`lmcp: no gateway runs at ${report.endpoint}; start it: ${context.commandLine('serve')}\n`);
  return ExitCode.failed;
}

async function reportOf(
  context: CommandContext,
  file: RegistryFile,
  { limit, port }: StatusOptions,
): Promise<StatusReport> {
  const found = await findGateway(file, port);
  const running = found.kind === 'running';
  if (!running && found.doubt !== undefined) context.terminal.err(`lmcp: ${found.doubt.message}\n`);
  const token = running ? managementToken(context, file) : undefined;
  const live = running ? await liveStatus(found.reach, limit, token) : null;
  const recent = await newestAuditLines(file.registry.settings.auditLog, limit);
  const endpoint = running ? found.reach : found.endpoint;
  return { ...fileView(file, endpoint), running, status: live, recent_audit_entries: recent };
}

function managementToken({ terminal }: CommandContext, file: RegistryFile): string | undefined {
  const token = clearManagementToken(file);
  if (token === undefined && (terminal.env['LMCP_MANAGEMENT_TOKEN'] ?? '') !== '') {
    terminal.err(
      'lmcp: LMCP_MANAGEMENT_TOKEN is not the management token of this registry; going on without it\n',
    );
  }
  return token;
}
