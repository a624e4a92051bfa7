import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const message = 'gateway/src/mcp/jsonrpc/message.ts';
const envelope = 'gateway/src/mcp/era/stateless/envelope.ts';
const ambiguousKeys = 'gateway/src/mcp/jsonrpc/ambiguousKeys.ts';
const demultiplexer = 'gateway/src/upstream/container/docker/demultiplexer.ts';
const jsonrpc = 'e2e/protocol/jsonrpc.test.ts';
const envelopeTest = 'gateway/src/mcp/era/stateless/envelope.test.ts';
const rejectedWithAnError = testIn(
  jsonrpc,
  'is rejected with an error of JSON-RPC, and nothing is forwarded',
);

const oneReading = keep('one-reading', [
  {
    claim: 'what is passed on to a server that reads lines is one line',
    file: 'gateway/src/upstream/framing/lines.ts',
    anchor: { in: 'lines', node: 'call', name: 'oneLine' },
    operator: 'call-to-argument',
    test: testIn('gateway/src/upstream/framing/framing.test.ts', 'between its tokens as one line'),
  },
  {
    claim: 'JSON nested too deep is rejected',
    file: 'gateway/src/json/lossless.ts',
    anchor: { in: 'assertDepth', node: 'if', mentions: ['maxJsonDepth'] },
    operator: 'condition-false',
    test: testIn('gateway/src/json/lossless.test.ts'),
  },
  {
    claim: 'numbers are forwarded with the digits they came with',
    file: 'gateway/src/http/routes/mcp.ts',
    anchor: { in: 'readHeld', node: 'argument', name: 'readJson', mentions: ['parseRequest'] },
    operator: 'drop-element',
    test: testIn(jsonrpc, 'lone surrogates, NUL and every kind of white space'),
  },
  {
    claim: 'keys that differ from a known one in case are rejected',
    file: message,
    anchor: { in: 'readMessage', node: 'if', mentions: ['ambiguous'] },
    operator: 'condition-false',
    test: testIn(jsonrpc, 'which some servers would take for another, is rejected'),
  },
  {
    claim: 'letters that only some languages fold are found',
    file: ambiguousKeys,
    anchor: { in: 'fold', node: 'call', name: 'toUpperCase' },
    operator: 'call-to-receiver',
    test: testIn(jsonrpc, 'the key argument\\u017f'),
  },
  {
    claim: 'messages of another version of JSON-RPC are rejected',
    file: message,
    anchor: { in: 'readMessage', node: 'if', mentions: ['jsonrpc', '2.0'] },
    operator: 'condition-false',
    test: rejectedWithAnError,
  },
  {
    claim: 'ids that are neither text nor number are rejected',
    file: message,
    anchor: { in: 'readMessage', node: 'if', mentions: ['id', 'known'] },
    operator: 'condition-false',
    test: testIn(jsonrpc, 'is rejected, and answered with null'),
  },
  {
    claim: 'a batch is rejected where the revision has none',
    file: 'gateway/src/mcp/era/legacy/revisions.ts',
    anchor: { in: 'takesBatches', node: 'return' },
    operator: { replace: true },
    test: testIn(jsonrpc, 'batches: rejected where'),
  },
  {
    claim: 'an Mcp-Method that differs from the body is rejected',
    file: envelope,
    anchor: { in: 'readEnvelope', node: 'if', mentions: ['headers', 'method'] },
    operator: 'condition-false',
    test: testIn(envelopeTest),
  },
  {
    claim: 'an Mcp-Name that differs from the body is rejected',
    file: envelope,
    anchor: { in: 'readEnvelope', node: 'if', mentions: ['named', 'subject'] },
    operator: 'condition-false',
    test: testIn(envelopeTest),
  },
  {
    claim: 'an Mcp-Param header that differs from the arguments is rejected',
    file: 'gateway/src/mcp/call/mirrored/mirroredParameters.ts',
    anchor: { in: 'mirroredHeaders', node: 'call', name: 'checkMirrored' },
    operator: 'drop-statement',
    test: testIn('e2e/protocol/eras.test.ts', 'is rejected where a header says another argument'),
  },
  {
    claim: '__proto__ in a patch of the registry is rejected',
    file: 'gateway/src/registry/edit/patch.ts',
    anchor: { in: 'reservedKeysIn', node: 'ternary', mentions: ['reservedKeys'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/edit/patch.test.ts', 'rejects {'),
  },
]);

const foreignBytes = keep('foreign-bytes', [
  {
    claim: 'the payload of a frame ends where its header says',
    file: demultiplexer,
    anchor: { in: 'Demultiplexer.push', node: 'call', name: 'min' },
    operator: { replace: Infinity },
    test: testIn(
      'gateway/src/upstream/container/docker/demultiplexer.test.ts',
      'gives each stream its bytes in order',
    ),
  },
  {
    claim: 'bytes of stderr are not taken for messages',
    file: demultiplexer,
    anchor: { in: 'Demultiplexer.#startPayload', node: 'statement', mentions: ['#isStderr'] },
    operator: 'drop-statement',
    test: testIn(
      'gateway/src/upstream/container/docker/demultiplexer.test.ts',
      'gives each stream its bytes in order',
    ),
  },
  {
    claim: 'a stream that is not from a container is given up',
    file: demultiplexer,
    anchor: { in: 'Demultiplexer.push', node: 'if', mentions: ['#startPayload'] },
    operator: 'condition-false',
    test: testIn('gateway/fuzz/fuzz.system.test.ts'),
  },
]);

const load = keep('load', [
  {
    claim: 'a second answer to a call reaches nobody',
    file: 'gateway/src/upstream/rpc/pendingRequests.ts',
    anchor: { in: 'PendingRequests.take', node: 'statement', mentions: ['#waiting', 'take'] },
    operator: 'drop-statement',
    test: testIn(
      'gateway/src/upstream/pool/hostile.system.test.ts',
      'drops and reports second answers and answers to unknown ids',
    ),
  },
  {
    claim: 'every message of a batch from a server is dispatched',
    file: 'gateway/src/upstream/rpc/messageReader.ts',
    anchor: { in: 'MessageReader.#read', node: 'ternary', mentions: ['isArray'] },
    operator: 'condition-false',
    test: testIn('gateway/src/upstream/pool/hostile.system.test.ts', 'reads an answer within a batch'),
  },
]);

export const jsonrpcClaims: readonly Claim[] = [...oneReading, ...foreignBytes, ...load];
