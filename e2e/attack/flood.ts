import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const source = `
const { connect } = require('node:net');
const [socketPath, count] = process.argv.slice(1);
const size = 1024 ** 2;
const header = 'POST /containers/create?name=x HTTP/1.1\\r\\nHost: docker\\r\\nContent-Type: application/json\\r\\nContent-Length: ' + size + '\\r\\n\\r\\n';
const body = Buffer.alloc(size - 1, 0x20);
let open = Number(count);
for (let at = 0; at < Number(count); at++) {
  const socket = connect(socketPath, () => { socket.write(header); socket.write(body); });
  socket.on('error', () => undefined);
  socket.on('close', () => { if (--open === 0) console.log('closed'); });
}`;

/**
 * Opens connections from inside a container and sends 1 MB on each but for the last byte. Resolves when the other side has
 * closed all.
 */
export async function flood(id: string, socketPath: string, count: number): Promise<void> {
  await promisify(execFile)('docker', ['exec', id, 'node', '-e', source, socketPath, String(count)]);
}
