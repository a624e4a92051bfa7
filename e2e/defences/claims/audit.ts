import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const order = 'e2e/audit/auditOrder.test.ts';
const openAudit = 'gateway/src/audit/openAudit.ts';
const openAuditTest = 'gateway/src/audit/openAudit.system.test.ts';
const logWriter = 'gateway/src/audit/write/logWriter.ts';
const logWriterTest = 'gateway/src/audit/write/logWriter.system.test.ts';
const segment = 'gateway/src/audit/write/segment.ts';
const batchQueue = 'gateway/src/audit/write/batchQueue.ts';
const checkpointCheck = 'gateway/src/audit/checkpoint/checkpointCheck.ts';
const checkpointTest = 'gateway/src/audit/checkpoint/checkpoint.test.ts';
const signedNote = 'gateway/src/audit/checkpoint/signedNote.ts';
const signedNoteTest = 'gateway/src/audit/checkpoint/signedNote.test.ts';
const chainCheck = 'gateway/src/audit/verify/chainCheck.ts';
const chain = 'gateway/src/audit/format/chain.ts';
const verifyTest = 'gateway/src/audit/verify/verifyLog.test.ts';
const jsonText = 'gateway/src/audit/format/jsonText.ts';
const lineTest = 'gateway/src/audit/format/line.test.ts';
const irregularFile = 'gateway/src/fs/irregularFile.ts';

const auditOrder = keep('audit-order', [
  {
    claim: 'a call is forwarded after its decision is durable',
    file: 'gateway/src/audit/durable.ts',
    anchor: { in: 'durable', node: 'await', mentions: ['trail', 'commit'] },
    operator: 'drop-await',
    test: testIn(order, 'a tool reaches no server before its decision is logged'),
  },
  {
    claim: 'nothing is done while what was decided before is not durable',
    file: 'gateway/src/audit/durable.ts',
    anchor: { in: 'onceDurable', node: 'await', mentions: ['trail', 'commit'] },
    operator: 'drop-await',
    test: testIn('gateway/src/audit/durable.test.ts', 'does an action only once'),
  },
  {
    claim: 'a result is answered after its outcome is durable',
    file: 'gateway/src/mcp/call/forwardAndRespond.ts',
    anchor: { in: 'forwardAndRespond', node: 'await', mentions: ['record'] },
    operator: 'drop-await',
    test: testIn(order, 'a tool reaches no server before its decision is logged'),
  },
  {
    claim: 'a stranger is rejected after the rejection is durable',
    file: 'gateway/src/http/door/rejections.ts',
    anchor: { in: 'Rejections.reject', node: 'await', mentions: ['#audit', 'append'] },
    operator: 'drop-await',
    test: testIn(order, 'the rejection of a wrong token is logged before it is answered'),
  },
  {
    claim: 'an entry is durable after the disk has confirmed it',
    file: segment,
    anchor: { in: 'syncSegment', node: 'await', mentions: ['syncData'] },
    operator: 'drop-await',
    test: testIn(logWriterTest, 'does not resolve an append before fdatasync has returned'),
  },
  {
    claim: 'no call is forwarded while the disk does not confirm',
    file: logWriter,
    anchor: { in: 'LogWriter.#run', node: 'statement', mentions: ['#block', 'error'] },
    operator: 'drop-statement',
    test: testIn('e2e/audit/audit.test.ts', 'when the disk answers EIO no call is forwarded'),
  },
  {
    claim: 'entries that wait for a disk that hangs are bounded in number',
    file: logWriter,
    anchor: { in: 'LogWriter.#rejection', node: 'if', mentions: ['QUEUE_LIMIT'] },
    operator: 'condition-false',
    test: testIn(openAuditTest, 'rejects entries beyond the memory limit of the queue'),
  },
  {
    claim: 'calls that may have run are named at the next start',
    file: openAudit,
    anchor: { in: 'startEntries', node: 'call', name: 'mayHaveRun' },
    operator: { replace: [] },
    test: testIn(openAuditTest, 'names the calls that may have run, also those of older segments, only once'),
  },
]);

const countRepeats = 'gateway/src/audit/repeats/countRepeats.ts';
const countRepeatsTest = 'gateway/src/audit/repeats/countRepeats.test.ts';
const auditFlood = keep('audit-flood', [
  {
    claim: 'what one client adds to the log has a bound in bytes',
    file: 'gateway/src/audit/repeats/clientInterval.ts',
    anchor: { in: 'ClientInterval.#hasRoom', node: 'if', mentions: ['bytes', '#left'] },
    operator: 'condition-false',
    test: testIn(countRepeatsTest, 'one client adds at most 1 MB a minute'),
  },
  {
    claim: 'the first denial of a kind is durable before it is answered',
    file: countRepeats,
    anchor: { in: 'RepeatCounter.append', node: 'if', mentions: ['written'] },
    operator: 'condition-true',
    test: testIn(countRepeatsTest, 'the first denial of a kind is written immediately'),
  },
  {
    claim: 'lines of allowed calls are written one by one',
    file: countRepeats,
    anchor: { in: 'staysSingle', node: 'if', mentions: ['event', 'tool_authz'] },
    operator: 'condition-false',
    test: testIn(countRepeatsTest, 'lines of allowed calls'),
  },
]);

const limitedClient = 'e2e/attack/limitedClient.test.ts';
const messageLimits = keep('message-limits', [
  {
    claim: 'messages that are no requests have a limit',
    file: 'gateway/src/mcp/endpoint/otherMessages.ts',
    anchor: { in: 'enterMessages', node: 'if', mentions: ['taken', 'ok'] },
    operator: 'condition-true',
    test: testIn(limitedClient, 'notifications have a bucket of their own'),
  },
  {
    claim: 'a subscribed resource takes a token',
    file: 'gateway/src/mcp/era/stateless/listen.ts',
    anchor: { in: 'subscribe', node: 'if', mentions: ['hasToken'] },
    operator: 'condition-false',
    test: testIn('e2e/protocol/eras.test.ts', 'takes a rate-limit token for each resource'),
  },
  {
    claim: 'a notification is logged before it reaches a server',
    file: 'gateway/src/mcp/endpoint/endpoint.ts',
    anchor: { in: 'takeOther', node: 'statement', mentions: ['trail', 'note'] },
    operator: 'drop-statement',
    test: testIn(limitedClient, 'a cancelled call is logged'),
  },
]);

const auditChain = keep('audit-chain', [
  {
    claim: 'an edited line is found',
    file: chainCheck,
    anchor: { in: 'ChainCheck.#checkOrder', node: 'statement', mentions: ['#suspect', 'expected'] },
    operator: 'drop-statement',
    test: testIn(verifyTest, 'names the edited line, also in an open log'),
  },
  {
    claim: 'missing lines are found',
    file: chainCheck,
    anchor: { in: 'ChainCheck.#checkOrder', node: 'if', mentions: ['seq', 'expected', '>'] },
    operator: 'condition-false',
    test: testIn(verifyTest),
  },
  {
    claim: 'a line with a key that the format does not have is found',
    file: chain,
    anchor: { in: 'isAuditLine', node: 'operand', mentions: ['keys', 'join'] },
    operator: 'drop-operand',
    test: testIn(verifyTest),
  },
  {
    claim: 'bytes between lines are found',
    file: chainCheck,
    anchor: { in: 'ChainCheck.#checkGarbage', node: 'statement', mentions: ['#report', 'NO_LINE'] },
    operator: 'drop-statement',
    test: testIn(verifyTest),
  },
  {
    claim: 'a log that another process replaced is not written on',
    file: segment,
    anchor: { in: 'checkPath', node: 'operand', mentions: ['ino'] },
    operator: 'drop-operand',
    test: testIn(openAuditTest, 'is noticed at the next batch: a replacement'),
  },
  {
    claim: 'an entry is not written behind foreign bytes',
    file: segment,
    anchor: { in: 'checkPath', node: 'statement', mentions: ['checkSize'] },
    operator: 'drop-statement',
    test: testIn(openAuditTest, 'is noticed at the next batch: an append'),
  },
  {
    claim: 'a symbolic link in the place of the log is rejected',
    file: irregularFile,
    anchor: { in: 'irregular', node: 'if', mentions: ['isSymbolicLink'] },
    operator: 'condition-false',
    test: testIn(openAuditTest, 'a link in the place of a later segment'),
  },
]);

const checkpoints = keep('checkpoints', [
  {
    claim: 'a checkpoint signed by another key is found',
    file: checkpointCheck,
    anchor: { in: 'CheckpointCheck.#checkCheckpoint', node: 'if', mentions: ['openNote'] },
    operator: 'condition-false',
    test: testIn(checkpointTest, 'reveal a signature by another key'),
  },
  {
    claim: 'a signature is verified',
    file: signedNote,
    anchor: { in: 'openNote.signedBy', node: 'operand', mentions: ['verify'] },
    operator: 'drop-operand',
    test: testIn(signedNoteTest, 'is rejected after any change of its text or of its signature'),
  },
  {
    claim: 'a checkpoint of other lines is found',
    file: checkpointCheck,
    anchor: { in: 'CheckpointCheck.#checkCheckpoint', node: 'operand', mentions: ['hash'] },
    operator: 'drop-operand',
    test: testIn(checkpointTest, 'reveal a chain that was recomputed without the key'),
  },
  {
    claim: 'a log in the place of the one that a kept checkpoint knows is found',
    file: checkpointCheck,
    anchor: { in: 'CheckpointCheck.#checkKept', node: 'comparison', mentions: ['kept', 'hash'] },
    operator: { replace: false },
    test: testIn(checkpointTest, 'kept elsewhere reveal a truncated or replaced log'),
  },
  {
    claim: 'an end cut off behind a kept checkpoint is found',
    file: checkpointCheck,
    anchor: { in: 'CheckpointCheck.end', node: 'comparison', mentions: ['beyond', 'last'] },
    operator: { replace: false },
    test: testIn(checkpointTest, 'kept elsewhere reveal a truncated or replaced log'),
  },
  {
    claim: 'a checkpoint follows each thousand lines',
    file: batchQueue,
    anchor: { in: 'BatchQueue.add', node: 'if', mentions: ['CHECKPOINT_LINES'] },
    operator: 'condition-false',
    test: testIn(checkpointTest, 'follow each thousand lines'),
  },
  {
    claim: 'the key of the checkpoints has mode 0600',
    file: 'gateway/src/audit/checkpoint/keyFile.ts',
    anchor: { in: 'createKey', node: 'argument', name: 'open', mentions: ['0o600'] },
    operator: { replace: 0o644 },
    test: testIn(checkpointTest, 'are signed by a key of the installation, 0600, that stays'),
  },
]);

const auditLines = keep('audit-lines', [
  {
    claim: 'a line has at most 16 KiB',
    file: 'gateway/src/audit/format/line.ts',
    anchor: { in: 'formatLine', node: 'ternary', mentions: ['fits'] },
    operator: 'condition-true',
    test: testIn(lineTest, 'replaces a detail that would make the line longer than 16 KiB'),
  },
  {
    claim: 'characters that mislead a reader are escaped',
    file: jsonText,
    anchor: { in: 'jsonString', node: 'call', name: 'escapeMisleading' },
    operator: 'call-to-argument',
    test: testIn(lineTest, 'shows what cannot be seen or turns the text around as an escape'),
  },
  {
    claim: 'a request id that is not plain text is not logged',
    file: 'gateway/src/audit/trail.ts',
    anchor: { in: 'readRequestId', node: 'operand', mentions: ['safeRequestId'] },
    operator: 'drop-operand',
    test: testIn('e2e/http/abuse.test.ts', 'line breaks and escapes in every field'),
  },
]);

const boundedSearch = keep('bounded-search', [
  {
    claim: 'a search stops where its page is full',
    file: 'gateway/src/audit/read/search.ts',
    anchor: { in: 'findPage', node: 'if', mentions: ['lines', 'limit'] },
    operator: 'condition-false',
    test: testIn(
      'gateway/src/audit/millionLines.system.test.ts',
      'reads a bounded part of the log for the newest 50 lines',
    ),
  },
  {
    claim: 'a count of matches stops at its limit of bytes',
    file: 'gateway/src/audit/read/search.ts',
    anchor: { in: 'countMatches', node: 'if', mentions: ['maxBytes'] },
    operator: 'condition-false',
    test: testIn('gateway/src/audit/read/search.test.ts', 'says when it did not count to the beginning'),
  },
]);

export const auditClaims: readonly Claim[] = [
  ...auditOrder,
  ...auditFlood,
  ...messageLimits,
  ...auditChain,
  ...checkpoints,
  ...auditLines,
  ...boundedSearch,
];
