import { startGateway, type Gateway } from '../../../gateway.ts';
import { installation, timeServerIn } from '../../../installation.ts';
import { selfImage } from '../../../registry/container/self.ts';
import { createDefaultRegistry } from '../../../registry/file/default.ts';
import { insideImage } from '../../../registry/container/productImage.ts';
import { baseUrl } from '../../../endpoint.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import { compactHeapSoon } from '../../live/compactHeap.ts';
import { probe } from '../../live/liveGateway.ts';
import { signInUrl } from '../../live/signInLink.ts';
import { offerInterface, type OpenChoice } from '../../live/openInterface.ts';
import type { CommandContext } from '../../commandContext.ts';
import { requireChosen } from '../../registry/chosenRegistry.ts';
import { registryInForce, type RegistryFile } from '../../registry/registryFile.ts';
import { parseRegistryFile, readRegistryText } from '../../../registry/file/registryFile.ts';
import type { ListenerTls } from '../../../registry/types.ts';
import { rememberWritten } from '../../registry/writtenRegistries.ts';
import type { Terminal } from '../../output/terminal.ts';
import { terminalLogger } from '../../output/terminalLogger.ts';

interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly open?: OpenChoice;
}

/** `lmcp serve`: until Ctrl-C or SIGTERM, which drain; a second one exits immediately. */
export async function serve(context: CommandContext, options: ServeOptions): Promise<ExitCode> {
  const { terminal } = context;
  await requireChosen(context);
  if (await ensureRegistry(context)) {
    const { offerTakeover } = await import('../../firstRun/offerTakeover.ts');
    await offerTakeover(context, options.port);
  }
  const gateway = await start(context, options);
  const file = registryInForce(gateway.store, terminal.env);
  const { announce } = await import('../../output/announce.ts');
  announce(context, file, gateway, await connectedTo(file, gateway, terminal));
  compactHeapSoon();
  const ending = new AbortController();
  const url = `${baseUrl(gateway)}/ui`;
  const signedIn = (): Promise<string> => signedInUrl(gateway, url);
  void offerInterface(terminal, { url, signedIn }, options.open, ending.signal);
  await interrupted(terminal);
  ending.abort();
  terminal.err('lmcp: draining in-flight calls (press Ctrl-C again to exit immediately)\n');
  endWithin(9_500, ExitCode.failed);
  await gateway.close();
  terminal.err('lmcp: stopped\n');
  endWithin(1_000, ExitCode.fine);
  return ExitCode.fine;
}

/** The applications of this machine that lead to the gateway with a valid token. */
async function connectedTo(file: RegistryFile, gateway: Gateway, terminal: Terminal): Promise<string[]> {
  // Loaded once it listens: clients need not wait for what is only shown.
  const [{ checkApplications }, { foundApplications }] = await Promise.all([
    import('../../connect/check.ts'),
    import('../../../connect/applications/onThisMachine.ts'),
  ]);
  const checked = await checkApplications(file, foundApplications(terminal.env), terminal, gateway);
  return checked.flatMap(({ application, state }) => (state === 'connected' ? [application] : []));
}

/** Whatever still holds the event loop by then must not hold up the end. */
function endWithin(ms: number, code: ExitCode): void {
  setTimeout(() => process.exit(code), ms).unref();
}

/** A link where the registry allows one; without it the page asks for the management token. */
async function signedInUrl(gateway: Gateway, url: string): Promise<string> {
  const code = await gateway.issueSignInLink().catch(() => null);
  return code === null ? url : signInUrl(gateway, code);
}

/** Writes a first registry where there is none, and says whether it did; one that is there is never touched. */
async function ensureRegistry(context: CommandContext): Promise<boolean> {
  const { terminal, registryPath } = context;
  try {
    const serverScript = timeServerIn(installation);
    // In the image, with no compose.yaml that offers containers beside it, LMCP's own server may be a process.
    const runtime = insideImage() && selfImage(terminal.env) === undefined ? 'process' : undefined;
    await createDefaultRegistry(registryPath, { serverScript, runtime });
    terminal.err(`lmcp: there was no registry; wrote ${registryPath}, mode 0600\n`);
    await remember(context);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** So that it counts as chosen from its folder, too. */
async function remember({ terminal, registryPath }: CommandContext): Promise<void> {
  try {
    await rememberWritten(registryPath, terminal.env);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    terminal.err(`lmcp: warning: that LMCP wrote it could not be noted (${code}): name it with --registry\n`);
  }
}

async function start({ terminal, registryPath }: CommandContext, overrides: ServeOptions): Promise<Gateway> {
  try {
    const { env } = terminal;
    return await startGateway({
      registryPath,
      env,
      logger: terminalLogger(terminal),
      overrides,
      findable: true,
    });
  } catch (error) {
    throw await explained(error, await tlsOf(registryPath, terminal.env));
  }
}

/** What the registry says of TLS, as far as it can be read. */
async function tlsOf(path: string, env: Terminal['env']): Promise<ListenerTls | null> {
  const text = await readRegistryText(path).catch(() => '');
  const parsed = parseRegistryFile(path, text, { env });
  return parsed.ok ? parsed.registry.settings.tls : null;
}

/** Where the address can't be had: who has it, and what to do. */
async function explained(error: unknown, tls: ListenerTls | null): Promise<unknown> {
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (address === undefined || port === undefined) return error;
  const place = { host: address, port, tls: tls !== null };
  const url = baseUrl(place);
  if (code === 'EADDRINUSE') {
    const { kind } = await probe({ ...place, certificate: tls?.cert });
    return new CommandFailure(
      kind === 'lmcp'
        ? `LMCP runs at ${url} already; stop it first, or take another port with --port or lmcp.port`
        : `another program has ${url}; stop it, or take another port with --port or lmcp.port`,
    );
  }
  if (code === 'EADDRNOTAVAIL')
    return new CommandFailure(`${address} is not an address of this machine; correct lmcp.host`);
  if (code === 'EACCES') return new CommandFailure(`the system denies port ${port}. Use a port above 1023`);
  return error;
}

/** npm and the launcher may each pass on the one Ctrl-C that the terminal has sent to all of them: within this it is one. */
const oneInterruptMs = 500;

/** Resolves at the first interrupt; a second one ends the process. Servers die with it: each has a watchdog of its own. */
function interrupted(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    terminal.onInterrupt(() => {
      first ??= performance.now();
      if (performance.now() - first > oneInterruptMs) process.exit(ExitCode.failed);
      resolve();
    });
  });
}
