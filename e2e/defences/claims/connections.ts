import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const tls = 'e2e/http/tls.test.ts';
const sockets = 'e2e/access/clientSockets.test.ts';
const clientSockets = 'gateway/src/assembly/clientSockets.ts';
const authenticate = 'gateway/src/clients/authenticate.ts';
const identity = 'gateway/src/http/door/connectionIdentity.ts';

const listenerTls = keep('listener-tls', [
  {
    claim: 'a certificate without its key is never used',
    file: 'gateway/src/registry/schema/listenerTls.ts',
    anchor: { in: 'buildListenerTls', node: 'if', mentions: ['checkPrivateKey'] },
    operator: 'condition-false',
    test: testIn(tls, 'keeps the last one while the files do not fit'),
  },
  {
    claim: 'files that TLS does not accept replace nothing',
    file: 'gateway/src/registry/schema/listenerTls.ts',
    anchor: { in: 'buildListenerTls', node: 'if', mentions: ['fault'] },
    operator: 'condition-false',
    test: testIn(tls, 'keeps the last one while the files do not fit'),
  },
  {
    claim: 'a connection without a required client certificate is not answered',
    file: 'gateway/src/http/listening.ts',
    anchor: { in: 'openTlsServer', node: 'property', name: 'rejectUnauthorized' },
    operator: { replace: false },
    test: testIn(tls, 'nobody is answered without one of the authorities'),
  },
  {
    claim: 'commands send nothing to another certificate',
    file: 'gateway/src/local/pinnedTls.ts',
    anchor: { in: 'connectByTls', node: 'if', mentions: ['shown', 'equals'] },
    operator: 'condition-false',
    test: testIn(tls, 'to the certificate of the registry alone'),
  },
  {
    claim: 'an address has no more connections than the registry says',
    file: 'gateway/src/http/door/addressConnections.ts',
    anchor: { in: 'AddressConnections.admit', node: 'if', mentions: ['open'] },
    operator: 'condition-false',
    test: testIn('gateway/src/http/door/addressConnections.test.ts'),
  },
]);

const connections = keep('client-connections', [
  {
    claim: 'a certificate of an unknown authority is nobody',
    file: identity,
    anchor: { in: 'connectionIdentity', node: 'operand', mentions: ['authorized'] },
    operator: 'drop-operand',
    test: testIn(tls, 'a certificate is the client that names it'),
  },
  {
    claim: 'a connection of one client is of no use to another one',
    file: authenticate,
    anchor: { in: 'authenticate', node: 'ternary', mentions: ['found', 'client', '!=='] },
    operator: 'condition-false',
    test: testIn(sockets, 'there and nowhere else'),
  },
  {
    claim: 'nobody can replace the folder of a socket',
    file: 'gateway/src/registry/file/custody.ts',
    anchor: { in: 'replaceableFault', node: 'if', mentions: ['fault'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/file/custody.test.ts', 'who could replace a folder'),
  },
  {
    claim: 'the socket of a client proves nothing about other addresses',
    file: 'gateway/src/http/routes/health.ts',
    anchor: { in: 'healthRoute', node: 'operand', mentions: ['isOurs'] },
    operator: 'drop-operand',
    test: testIn(sockets, 'no proof by its socket'),
  },
  {
    claim: 'the socket of a client serves MCP only',
    file: 'gateway/src/http/server.ts',
    anchor: { in: 'guard', node: 'if', mentions: ['cameThroughClientSocket', 'isForClients'] },
    operator: 'condition-false',
    test: testIn(sockets, 'there and nowhere else'),
  },
  {
    claim: 'a folder that others may write has no socket',
    file: clientSockets,
    anchor: { in: 'prepareFolder', node: 'if', mentions: ['mode'] },
    operator: 'condition-false',
    test: testIn(sockets, 'where others could replace the socket'),
  },
  {
    claim: 'a file that is not a socket is not replaced',
    file: clientSockets,
    anchor: { in: 'removeOurs', node: 'if', mentions: ['isSocket'] },
    operator: 'condition-false',
    test: testIn(sockets, 'where others could replace the socket'),
  },
]);

export const connectionClaims: readonly Claim[] = [...listenerTls, ...connections];
