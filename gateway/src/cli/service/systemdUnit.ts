import { posix } from 'node:path';
import type { Service, ServiceMachine, ServiceStart } from './service.ts';

const unit = 'lmcp.service';

/** A user unit of systemd (systemd.service(5), systemd.syntax(7)). */
export function systemdUnit(machine: ServiceMachine, start: ServiceStart): Service {
  const xdg = machine.env['XDG_CONFIG_HOME'] ?? '';
  const config = posix.isAbsolute(xdg) ? xdg : posix.join(machine.home, '.config');
  const control = (...args: string[]) => ['systemctl', '--user', ...args] as const;
  return {
    manager: 'systemd',
    file: posix.join(config, 'systemd', 'user', unit),
    text: unitText(start),
    encoding: 'utf8',
    install: [control('daemon-reload'), control('enable', '--now', unit)],
    uninstall: [control('disable', '--now', unit)],
    status: control('status', '--no-pager', unit),
    logs: ['journalctl', '--user', '--unit', unit, '--lines', '200', '--follow'],
    note: 'it ends when you log out; to keep it: loginctl enable-linger',
  };
}

function unitText(start: ServiceStart): string {
  const command = start.command.map((word) => quoted(word).replaceAll('$', '$$$$'));
  const variables = Object.entries(start.env).map(
    ([name, value]) => `Environment=${quoted(`${name}=${value}`)}`,
  );
  return `# ${start.record}
# Written by lmcp service install, which also removes it: lmcp service uninstall

[Unit]
Description=LMCP, the local MCP control plane

[Service]
Type=exec
ExecStart=${command.join(' ')}
${variables.join('\n')}
WorkingDirectory=~
Restart=on-failure
RestartSec=2
# The gateway drains its calls and ends its servers itself.
KillMode=mixed
TimeoutStopSec=20
UMask=0077
# Nothing here takes rights from the servers that the gateway starts: they run as you, and may need them.
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes

[Install]
WantedBy=default.target
`;
}

/** One word: in quotes, with C escapes, and no specifier. */
function quoted(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;
}
