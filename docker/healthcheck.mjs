// Exits 0 when the address given, else the gateway of this container, answers 200. Asking is all it needs: no curl in the image.
// Arguments: an address of HTTP, or unix:///socket and a path.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { get as getByTls } from 'node:https';

const [address, path = '/'] = process.argv.slice(2);
process.exit((await (address === undefined ? isGatewayWell() : isFine(address))) ? 0 : 1);

/** The registry, a variable or an argument may say the port, and whether it has TLS: asked is who listens. */
async function isGatewayWell() {
  const ports = [...listeningPorts()];
  const places = [
    ...ports.map((port) => () => ask(`http://127.0.0.1:${port}/health`)),
    // Where a client certificate is required, the socket of the commands alone answers.
    ...commandSockets().map((socketPath) => () => ask('http://127.0.0.1/health', { socketPath })),
    // Nothing secret is sent, and the address is this container's own.
    ...ports.map((port) => () => ask(`https://127.0.0.1:${port}/health`, { rejectUnauthorized: false })),
  ];
  for (const place of places) {
    const { status, text } = await place();
    if (text.includes('"service":"lmcp"')) return status === 200;
  }
  return false;
}

/** Unix sockets of this container on which a gateway may listen for commands (proc(5)). */
function commandSockets() {
  const paths = readFileSync('/proc/net/unix', 'utf8').match(/\/\S*\/lmcp(?:-\d+)?\/[0-9a-f]{16}\.sock$/gm);
  return [...new Set(paths ?? [])];
}

/** TCP ports of this container that are listened on (proc(5), state 0A). */
function listeningPorts() {
  const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'));
  const listening = lines.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === '0A');
  return new Set(listening.map(([, local]) => Number.parseInt(local.split(':')[1], 16)));
}

async function isFine(address) {
  if (!address.startsWith('unix://')) return (await ask(address)).status === 200;
  const socket = { socketPath: address.slice('unix://'.length), path, headers: { Host: 'docker' } };
  return (await ask('http://docker', socket)).status === 200;
}

/** Status 0 where nobody answers. */
function ask(url, options = {}) {
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, text: '' });
    const send = url.startsWith('https:') ? getByTls : get;
    const request = send(url, { ...options, signal: AbortSignal.timeout(4_000) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
        if (text.length > 10_000) request.destroy();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('close', none);
    });
    request.on('error', none);
  });
}
