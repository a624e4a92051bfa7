// Exits 0 when the address given, else the gateway's own, answers 200. Asking is all it needs: no curl in the image.
// Arguments: an address of HTTP, or unix:///socket and a path.
import { get } from 'node:http';

const [address = `http://127.0.0.1:${process.env.LMCP_PORT || 7345}/health`, path = '/'] =
  process.argv.slice(2);
const timeout = { signal: AbortSignal.timeout(4_000) };
const request = address.startsWith('unix://')
  ? get({ socketPath: address.slice('unix://'.length), path, headers: { Host: 'docker' }, ...timeout })
  : get(address, timeout);
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('error', () => process.exit(1));
