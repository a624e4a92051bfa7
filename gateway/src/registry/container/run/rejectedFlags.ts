interface RejectedFlag {
  readonly takesValue: boolean;
  readonly message: string;
  readonly fix: string;
}

const rejected = (takesValue: boolean, message: string, fix: string): RejectedFlag => ({
  takesValue,
  message,
  fix,
});
const never = (takesValue: boolean): RejectedFlag =>
  rejected(takesValue, 'would give the server power over this machine; that is never allowed', 'remove it');

/** Flags that people write and that can't be had, with the reason; as they are written. */
export const rejectedFlags: ReadonlyMap<string, RejectedFlag> = new Map([
  ['--privileged', never(false)],
  ['--device', never(true)],
  ['--gpus', never(true)],
  ['--pid', never(true)],
  ['--ipc', never(true)],
  ['--uts', never(true)],
  ['--userns', never(true)],
  ['--cgroupns', never(true)],
  ['--cgroup-parent', never(true)],
  ['--volumes-from', never(true)],
  ['--runtime', never(true)],
  ['--sysctl', never(true)],
  ...(['-t', '--tty'] as const).map(
    (flag) =>
      [flag, rejected(false, 'allocates a terminal, which would corrupt the messages', 'remove it')] as const,
  ),
  ...(['-d', '--detach'] as const).map(
    (flag) => [flag, rejected(false, 'detaches the server from its input and output', 'remove it')] as const,
  ),
  ...(['-p', '--publish'] as const).map(
    (flag) =>
      [flag, rejected(true, 'publishes a port, which a stdio server has no use for', 'remove it')] as const,
  ),
  ['-P', rejected(false, 'publishes ports, which a stdio server has no use for', 'remove it')],
  ['--restart', rejected(true, 'is the gateway’s own task', 'remove it; the gateway restarts servers')],
  ['--link', rejected(true, 'is not understood here', 'put both on one --network')],
]);
