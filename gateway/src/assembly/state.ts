import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Audit } from '../audit/types.ts';
import { besideFile } from '../fs/besideFile.ts';
import { loadKeyFile } from '../audit/checkpoint/keyFile.ts';
import { keepReserve } from '../audit/keepReserve.ts';
import { keepIndexed } from '../audit/index/keepIndexed.ts';
import { LogIndex } from '../audit/index/logIndex.ts';
import { openAudit } from '../audit/openAudit.ts';
import { countRepeats } from '../audit/repeats/countRepeats.ts';
import { SealWatch } from '../audit/seal/sealWatch.ts';
import { ByteBudget } from '../byteBudget.ts';
import { ListMemory } from '../catalog/memory/listMemory.ts';
import { AuthorizationServer } from '../clients/authorizations/authorizationServer.ts';
import type { Clock } from '../clock.ts';
import { gatewayKeyPath } from '../gatewayProof.ts';
import { memoryBudget } from '../limits/memoryBudget.ts';
import type { Logger } from '../logger.ts';
import { announcedOwner } from '../mcp/call/questions/announced.ts';
import { recordMarks } from '../pins/markRecord.ts';
import { ToolMarks } from '../pins/toolMarks.ts';
import { RegistryStore } from '../registry/store.ts';
import { cleanTexts } from '../upstream/secrets/withoutSecrets.ts';
import { containerOpener, type ContainerOpener } from './containerOpener.ts';
import { DiskWatch } from './diskWatch.ts';

/** What a gateway keeps on the disk, and its container engine. */
export interface State {
  readonly store: RegistryStore;
  readonly audit: Audit;
  /** Path of the log's first segment. */
  readonly auditLog: string;
  readonly logIndex: LogIndex;
  readonly disk: DiskWatch;
  readonly seals: SealWatch;
  readonly containers: ContainerOpener;
  readonly marks: ToolMarks;
  /** The lists of servers. */
  readonly memory: ListMemory;
  /** Bytes held for callers. */
  readonly held: ByteBudget;
  readonly authorization: AuthorizationServer;
  readonly gatewayKey: Uint8Array;
}

/**
 * Opens all of it.
 * @param ends gets the end of each part, to be run in reverse order: the log is the last that anything needs
 * @throws RegistryInvalidError, what openAudit throws, or the file system's error
 */
export async function openState(
  options: {
    readonly registryPath: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly logger: Logger;
    readonly clock: Clock;
    /** Another log than the registry's. */
    readonly audit: Audit | undefined;
  },
  ends: AsyncDisposableStack,
): Promise<State> {
  const { registryPath, env, logger, clock } = options;
  const store = await RegistryStore.open(registryPath, { env, logger });
  ends.defer(() => store.close());
  const { auditLog } = store.current.settings;
  const log = options.audit ?? (await openLog(store, registryPath, clock, logger));
  const disk = await DiskWatch.start(auditLog, logger);
  const audit = keepReserve(countRepeats(log, logger), disk, clock);
  ends.defer(() => audit.close());
  ends.use(disk);
  const logIndex = new LogIndex({
    logPath: auditLog,
    folder: await besideFile(registryPath, '.audit-index'),
    onUnusable: (path, { message }) =>
      logger.warn(
        `the index of the audit log is not used: ${path}: ${message}. Searches read the log instead.`,
      ),
  });
  ends.defer(() => logIndex.close());
  if (options.audit === undefined) ends.defer(keepIndexed(logIndex, audit));
  const seals = await SealWatch.start(auditLog, clock, env['LMCP_SEALER'] === 'expected');
  ends.use(seals);
  const containers = await containerOpener({ env, registryPath, auditLog, logger, disk, audit });
  ends.defer(() => containers.close());
  const marks = await ToolMarks.open(registryPath, { clock, logger });
  ends.defer(() => marks.close());
  recordMarks(
    marks,
    audit,
    logger,
    cleanTexts(() => store.current.servers),
  );
  const available = { constrained: process.constrainedMemory(), total: totalmem() };
  const held = new ByteBudget(() => memoryBudget(store.current.settings.memoryMib, available));
  const memory = await ListMemory.open(registryPath, {
    ...{ clock, logger, held },
    announced: (server, owner) => announcedOwner(store.current.clients, server, owner),
  });
  ends.defer(() => memory.close());
  const gatewayKey = await loadKeyFile(
    gatewayKeyPath(registryPath),
    { name: 'the key by which the command line knows this gateway', loss: 'nothing else depends on it' },
    logger,
  );
  const authorization = await AuthorizationServer.open(registryPath, { key: gatewayKey, clock, logger });
  ends.defer(() => authorization.authorizations.close());
  return {
    ...{ store, audit, auditLog, logIndex, disk, seals, containers, marks, memory, held },
    ...{ authorization, gatewayKey },
  };
}

function openLog(store: RegistryStore, registryPath: string, clock: Clock, logger: Logger): Promise<Audit> {
  return openAudit({
    path: store.current.settings.auditLog,
    rotateMib: () => store.current.settings.auditRotateMib,
    keyDir: dirname(registryPath),
    revision: store.revision,
    clock,
    logger,
  });
}
