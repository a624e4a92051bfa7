import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');

/**
 * Makes an authority (`ca.pem`), and certificates of it for a server and for a client (`server.pem`, `client.pem`, with `.key`; the
 * client's also as `cert.pem` and `key.pem`, as container engines name them).
 * @param server its subjectAltName, such as `IP:127.0.0.1`
 */
export function makeCertificates(folder: string, server: string): void {
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  openssl(...request, '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  for (const [name, extension] of [
    ['server', `subjectAltName=${server}`],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', extension];
    const keys = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    openssl(...request, ...signed, '-addext', 'basicConstraints=CA:FALSE', '-subj', `/CN=${name}`, ...keys);
  }
  copyFileSync(join(folder, 'client.pem'), join(folder, 'cert.pem'));
  copyFileSync(join(folder, 'client.key'), join(folder, 'key.pem'));
}
