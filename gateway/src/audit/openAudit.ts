import { createHmac, createSecretKey } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { makeDurableFolder } from '../fs/durableFolder.ts';
import { AuditUnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { version } from '../version.ts';
import { CHECKPOINT_LINES, CHECKPOINT_MS, signCheckpoint } from './checkpoint/checkpoint.ts';
import { loadCheckpointSigner } from './checkpoint/checkpointKey.ts';
import { loadDigestKey } from './checkpoint/digestKey.ts';
import { explanation } from './format/explained.ts';
import { describeFailure } from './write/failure.ts';
import { jsonId } from './format/jsonText.ts';
import { readLogEnd, type LogEnd } from './read/logEnd.ts';
import { REPEAT_INTERVAL_S } from './repeats/countRepeats.ts';
import { LogWriter } from './write/logWriter.ts';
import { RecentLines, toLine } from './read/recentLines.ts';
import { createSegment, openSegment, rejectIrregular, type Segment } from './write/segment.ts';
import { listSegments, type SegmentFile } from './format/segmentNames.ts';
import type { Audit, AuditEntry, AuditLine } from './types.ts';
import type { NoteSigner } from './checkpoint/signedNote.ts';
import { listUnfinished, type UnfinishedCall } from './format/unfinishedCalls.ts';
import { lockWriter } from './write/writerLock.ts';

export interface AuditOptions {
  /** Absolute path of the first segment; later ones append a number. */
  readonly path: string;
  /** Size at which a new segment begins; called before each batch of lines. */
  readonly rotateMib: () => number;
  /** Folder of the keys, apart from the log. */
  readonly keyDir: string;
  /** The registry's revision at the start: if the previous run ended with another, the registry was edited in between. */
  readonly revision?: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MIB = 1024 * 1024;

/**
 * Opens the log as its only writer, completes what the last run left unfinished, and logs the start.
 * @throws AuditUnavailableError with a message for the operator: without an audit log the gateway must not start
 */
export async function openAudit(options: AuditOptions): Promise<Audit> {
  try {
    return await openLocked(options);
  } catch (error) {
    if (error instanceof AuditUnavailableError) throw error;
    throw new AuditUnavailableError(describeFailure('open the audit log', options.path, error), {
      cause: error,
    });
  }
}

async function openLocked(options: AuditOptions): Promise<Audit> {
  await makeDurableFolder(dirname(options.path));
  const logPath = join(await realpath(dirname(options.path)), basename(options.path));
  const key = await loadDigestKey(options.keyDir, options.logger);
  const signer = await loadCheckpointSigner(options.keyDir, options.logger);
  const lock = lockWriter(logPath);
  try {
    const files = await listSegments(logPath);
    for (const file of files) rejectIrregular(file.path, lstatSync(file.path));
    const end = await readLogEnd(files);
    const opened = await openLastSegment(logPath, files, end);
    return await startAudit(options, { logPath, key, signer, end, release: lock.release, ...opened });
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface OpenedSegment {
  readonly segment: Segment;
  readonly size: number;
}

/** The last segment, or a new one if there is none or if its end can't be explained in place. */
async function openLastSegment(
  logPath: string,
  files: readonly SegmentFile[],
  end: LogEnd,
): Promise<OpenedSegment> {
  const last = files.at(-1);
  if (last === undefined) return { segment: await createSegment(logPath, 0), size: 0 };
  const { size } = lstatSync(last.path);
  if (end.left.length > 0 && size > 0) {
    return { segment: await createSegment(logPath, last.number + 1), size: 0 };
  }
  return { segment: await openSegment(last), size };
}

interface Opened extends OpenedSegment {
  readonly logPath: string;
  readonly key: Buffer;
  readonly signer: NoteSigner;
  readonly end: LogEnd;
  readonly release: () => void;
}

async function startAudit(options: AuditOptions, opened: Opened): Promise<Audit> {
  const { end, segment, size, logPath } = opened;
  const { clock, logger } = options;
  const recent = new RecentLines();
  for (const line of end.recent) recent.push(line);
  // A raw key would be imported again with every digest, which costs several times the digest itself.
  const hmacKey = createSecretKey(opened.key);
  const listeners = new Set<(line: AuditLine) => void>();
  const onDurable = (line: string): void => {
    recent.push(line);
    if (listeners.size > 0) tellAll(listeners, toLine(line), logger);
  };
  const writer = new LogWriter({
    logPath,
    segment,
    size,
    tip: end.tip,
    newlineMissing: end.newlineMissing,
    rotateBytes: () => options.rotateMib() * MIB,
    clock,
    unsigned: unsignedLines(end),
    checkpoint: (tip) => signCheckpoint(opened.signer, tip),
    logger,
    onDurable,
  });
  await putStartOnRecord(writer, segment, startEntries(options, opened));
  // The writer reports a failure itself.
  const timer = setInterval(() => void writer.checkpoint().catch(() => undefined), CHECKPOINT_MS).unref();
  warnOf(end, segment, logger);
  return {
    append: (entries) => writer.append(entries),
    status: () => writer.status(),
    digest: (value) => createHmac('sha256', hmacKey).update(value).digest('hex'),
    recent: (limit) => recent.newest(limit),
    subscribe: (listener) => {
      // A separate wrapper, since the same function may subscribe twice.
      const own = (line: AuditLine): void => listener(line);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    close: once(async () => {
      clearInterval(timer);
      try {
        await writer.close();
      } finally {
        opened.release();
      }
    }),
  };
}

function tellAll(listeners: ReadonlySet<(line: AuditLine) => void>, line: AuditLine, logger: Logger): void {
  for (const listener of [...listeners]) {
    try {
      listener(line);
    } catch (error) {
      logger.error(`a listener of the audit log failed: ${error instanceof Error ? error.message : ''}`);
    }
  }
}

/** The number of lines after the last checkpoint; if that is not in the recent lines, enough for a new one. */
function unsignedLines(end: LogEnd): number {
  const distance = end.recent.toReversed().findIndex((line) => line.includes(',"event":"audit_checkpoint",'));
  return distance < 0 ? Math.min(end.tip.seq, CHECKPOINT_LINES) : distance;
}

async function putStartOnRecord(
  writer: LogWriter,
  segment: Segment,
  entries: readonly AuditEntry[],
): Promise<void> {
  try {
    await writer.append(entries);
  } catch (error) {
    const { error: message } = writer.status();
    await writer.close();
    throw new AuditUnavailableError(message ?? describeFailure('write the audit log', segment.path, error), {
      cause: error,
    });
  }
}

function startEntries({ revision }: AuditOptions, { end, signer }: Opened): AuditEntry[] {
  return [
    ...explanation(end.torn, end.left),
    ...mayHaveRun(end.unfinished),
    {
      event: 'audit_open',
      detail: {
        version,
        pid: process.pid,
        node: process.version,
        boot_id: bootId(),
        checkpoint_key: signer.verifierKey,
        ...(revision === undefined ? {} : { revision }),
        ...(mayLackCounts(end) ? { uncounted_s: REPEAT_INTERVAL_S } : {}),
      },
    },
  ];
}

/** Repeats are counted in memory: a run that was killed may have lost the counts of one interval. */
function mayLackCounts({ recent }: LogEnd): boolean {
  const last = recent.at(-1);
  return last !== undefined && toLine(last).event !== 'audit_close';
}

function mayHaveRun(calls: readonly UnfinishedCall[]): AuditEntry[] {
  if (calls.length === 0) return [];
  const { unfinished, more } = listUnfinished(calls);
  const detail = { may_have_run: unfinished, ...(more === undefined ? {} : { more }) };
  return [{ event: 'audit_recovered', detail }];
}

/** Identifies the current boot of the machine; Linux only. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

function warnOf(end: LogEnd, segment: Segment, logger: Logger): void {
  if (end.torn !== undefined) {
    logger.warn(`the last line of ${segment.path} was torn (${end.torn.bytes} bytes) and is explained there`);
  }
  for (const { file, bytes } of end.left) {
    logger.warn(`${file} ends with ${bytes} bytes that are no audit lines; explained in ${segment.path}`);
  }
  for (const { call, server_id, tool_name } of end.unfinished.slice(0, 20)) {
    logger.warn(
      `may have run before the last stop: ${printable([server_id, tool_name])} (call ${printable([call])})`,
    );
  }
  if (end.unfinished.length > 20) {
    logger.warn(`and ${end.unfinished.length - 20} more; see the audit_recovered line in ${segment.path}`);
  }
  if (mayLackCounts(end)) {
    logger.warn(
      `the last run did not end regularly: repeated denials of its last ${REPEAT_INTERVAL_S} s may be missing from the log`,
    );
  }
}

/** Escapes names, which come from clients and servers, so that they can't control the terminal. */
function printable(names: readonly (string | null)[]): string {
  return names.map((name) => jsonId(name)).join(' ');
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
