import { isIP } from 'node:net';
import { mayConnect, type Whereabouts } from '../../../addresses/loopbackOnly.ts';
import type { Findings } from '../../yaml/findings.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import { isLoopbackHost } from '../../../addresses/loopbackHost.ts';

/** Reports a URL that the server may not have, by `remote`, `allow_private` and `lmcp.loopback_only`. */
export function checkWhereabouts(
  url: URL,
  whereabouts: Whereabouts,
  server: RegistryPath,
  findings: Findings,
): void {
  const { loopbackOnly, remote, allowPrivate } = whereabouts;
  if (remote) checkRemote(url, whereabouts, server, findings);
  else if (allowPrivate) {
    const at = [...server, 'allow_private'];
    findings.warning(
      at,
      'allow_private has no effect without remote: true',
      'remove it, or set remote: true',
    );
  }
  if (remote || isLoopbackHost(url.hostname)) return;
  const at = [...server, 'url'];
  if (loopbackOnly) {
    findings.problem(
      at,
      'the server is not on this machine while loopback_only is true',
      `set ${server.join('.')}.remote: true if LMCP is to reach it on the internet by https; else use localhost, 127.0.0.1, [::1] or host.docker.internal`,
    );
  } else if (url.protocol === 'http:') {
    findings.warning(
      at,
      'what is sent to this server can be read on the way',
      'use https:// where it has it',
    );
  }
}

function checkRemote(url: URL, whereabouts: Whereabouts, server: RegistryPath, findings: Findings): void {
  const at = [...server, 'url'];
  if (isLoopbackHost(url.hostname)) {
    findings.problem([...server, 'remote'], 'this server is on this machine', 'remove remote');
    return;
  }
  if (url.protocol !== 'https:') {
    findings.problem(at, 'a remote server requires https', 'for example: url: "https://mcp.example.com/mcp"');
  }
  const { hostname } = url;
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0 || mayConnect({ ...whereabouts, hostname, address, engineGateways: [] })) return;
  const fix = whereabouts.allowPrivate
    ? 'use an address of the internet or of a private network'
    : 'set allow_private: true if it is on your own network';
  findings.problem(at, 'this address is not public', fix);
}
