import type { CommandContext } from '../../commandContext.ts';
import { homeOf } from '../../../connect/applications/onThisMachine.ts';
import { applicationFindings } from '../../doctor/applicationFindings.ts';
import { engineFindings } from '../../doctor/engineFindings.ts';
import { fine, type Finding } from '../../doctor/finding.ts';
import { findingsText } from '../../doctor/findingsText.ts';
import { gatewayFindings } from '../../doctor/gatewayFindings.ts';
import { logFindings } from '../../doctor/logFindings.ts';
import { registryFindings } from '../../doctor/registryFindings.ts';
import { secretFindings } from '../../doctor/secretFindings.ts';
import { serviceFindings } from '../../doctor/serviceFindings.ts';
import { trustFindings } from '../../doctor/trustFindings.ts';
import { serverFindings } from '../../doctor/serverFindings.ts';
import { ExitCode } from '../../exitCodes.ts';
import { printJson } from '../../output/printJson.ts';
import { styleOf } from '../../output/style.ts';

/** `lmcp doctor`: everything that calls depend on, each finding with its fix; exits 1 where there is a problem. */
export async function doctor(context: CommandContext, options: { readonly json?: true }): Promise<ExitCode> {
  const findings = await examine(context);
  const { terminal } = context;
  const ok = findings.every(({ state }) => state !== 'problem');
  if (options.json === true) printJson(terminal, { ok, findings });
  else terminal.out(findingsText(findings, styleOf(terminal, 'stdout')));
  return ok ? ExitCode.fine : ExitCode.failed;
}

async function examine(context: CommandContext): Promise<readonly Finding[]> {
  const node = fine('node', `${process.versions.node} (${process.execPath})`);
  const { file, findings } = await registryFindings(context);
  if (file === undefined) return [node, ...findings];
  const gateway = await gatewayFindings(context, file);
  return [
    node,
    ...trustFindings(file, homeOf(context.terminal.env)),
    ...findings,
    ...(await logFindings(file.registry.settings.auditLog)),
    ...gateway.findings,
    ...(await engineFindings(context.terminal, file)),
    ...(await secretFindings(context, file)),
    ...(await serverFindings(context, file)),
    ...(await applicationFindings(context, file, gateway.endpoint)),
    ...(await serviceFindings(context, file)),
  ];
}
