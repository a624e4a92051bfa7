import { posix } from 'node:path';
import type { Service, ServiceMachine, ServiceStart } from './service.ts';
import { xmlText } from './xmlText.ts';

const label = 'lmcp.gateway';

/** An agent of launchd (launchd.plist(5)). */
export function launchdAgent({ home, uid }: ServiceMachine, start: ServiceStart): Service {
  const file = posix.join(home, 'Library', 'LaunchAgents', `${label}.plist`);
  const log = posix.join(home, 'Library', 'Logs', 'lmcp.log');
  const domain = `gui/${uid}`;
  return {
    manager: 'launchd',
    file,
    text: agentText(start, home, log),
    encoding: 'utf8',
    install: [['launchctl', 'bootstrap', domain, file]],
    uninstall: [['launchctl', 'bootout', `${domain}/${label}`]],
    status: ['launchctl', 'print', `${domain}/${label}`],
    logs: ['tail', '-n', '200', '-f', log],
    note: null,
  };
}

function agentText(start: ServiceStart, home: string, log: string): string {
  const string = (text: string): string => `<string>${xmlText(text)}</string>`;
  const words = start.command.map((word) => `    ${string(word)}`);
  const variables = Object.entries(start.env).map(
    ([name, value]) => `    <key>${xmlText(name)}</key>${string(value)}`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${start.record} -->
<plist version="1.0">
<dict>
  <key>Label</key>${string(label)}
  <key>ProgramArguments</key>
  <array>
${words.join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('\n')}
  </dict>
  <key>WorkingDirectory</key>${string(home)}
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ProcessType</key><string>Interactive</string>
  <key>ExitTimeOut</key><integer>20</integer>
  <key>Umask</key><integer>63</integer>
  <key>StandardOutPath</key>${string(log)}
  <key>StandardErrorPath</key>${string(log)}
</dict>
</plist>
`;
}
