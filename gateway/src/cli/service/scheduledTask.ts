import { win32 } from 'node:path';
import type { Service, ServiceMachine, ServiceStart } from './service.ts';
import { xmlText } from './xmlText.ts';

const task = 'LMCP';

/** A scheduled task of Windows that starts at log-on ([MS-TSCH], the task's XML). */
export function scheduledTask({ home, env }: ServiceMachine, start: ServiceStart): Service {
  const local = env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local');
  const folder = win32.join(local, 'lmcp');
  const file = win32.join(folder, 'service.xml');
  const log = win32.join(folder, 'service.log');
  return {
    manager: 'the Task Scheduler',
    file,
    text: taskText(start, log),
    encoding: 'utf16le',
    install: [
      ['schtasks', '/Create', '/TN', task, '/XML', file, '/F'],
      ['schtasks', '/Run', '/TN', task],
    ],
    uninstall: [
      ['schtasks', '/End', '/TN', task],
      ['schtasks', '/Delete', '/TN', task, '/F'],
    ],
    status: ['schtasks', '/Query', '/TN', task, '/V', '/FO', 'LIST'],
    logs: ['powershell', '-NoProfile', '-Command', `Get-Content -Tail 200 -Wait ${quoted(log)}`],
    note: null,
  };
}

function taskText(start: ServiceStart, log: string): string {
  const variables = Object.entries(start.env).map(([name, value]) => `$env:${name}=${quoted(value)}; `);
  const words = start.command.map(quoted).join(' ');
  const script = `${variables.join('')}& ${words} *>> ${quoted(log)}`;
  const args = `-NoProfile -NonInteractive -WindowStyle Hidden -Command "${script}"`;
  return `\uFEFF<?xml version="1.0" encoding="UTF-16"?>
<!-- ${start.record} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>LMCP, the local MCP control plane</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Principals>
    <Principal id="Author"><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>powershell.exe</Command>
      <Arguments>${xmlText(args)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** A literal of PowerShell, in which the quote alone means something; a name of Windows holds no double quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
