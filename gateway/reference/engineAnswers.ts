/** What engines answer to `GET /info`, cut to what the gateway reads. */
interface EngineAnswers {
  readonly engine: string;
  /** Where the answer is from. */
  readonly seen: string;
  readonly info: Readonly<Record<string, unknown>>;
  /** Podman's own answer, to `GET /libpod/info`. */
  readonly own?: { readonly host: { readonly cgroupControllers: readonly string[] } };
}

const everything = { MemoryLimit: true, SwapLimit: true, PidsLimit: true, CpuCfsQuota: true };
const podman = { ...everything, SecurityOptions: ['name=seccomp,profile=default'], BuildahVersion: '1.28.2' };
const controllers = (...cgroupControllers: string[]) => ({ host: { cgroupControllers } });

export const engineAnswers: readonly EngineAnswers[] = [
  {
    engine: 'Docker, Docker Desktop',
    seen: 'Docker 26.1, in `npm test`',
    info: { ...everything, SecurityOptions: ['name=seccomp,profile=builtin'] },
  },
  {
    engine: 'Docker with `userns-remap`',
    seen: 'Docker 26.1',
    info: { ...everything, SecurityOptions: ['name=seccomp,profile=builtin', 'name=userns'] },
  },
  {
    engine: 'rootless Docker, cgroup v2 and systemd',
    seen: 'Docker’s documentation',
    info: {
      ...{ ...everything, CpuCfsQuota: false },
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'],
    },
  },
  {
    engine: 'rootless Docker, else',
    seen: 'Docker’s documentation',
    info: { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'] },
  },
  {
    engine: 'Podman as root',
    seen: 'Podman 4.3, in `npm test -- --all`',
    info: { ...podman, Rootless: false },
    own: controllers('cpuset', 'cpu', 'cpuacct', 'blkio', 'memory', 'devices', 'freezer', 'pids'),
  },
  {
    engine: 'rootless Podman, cgroup v2 and systemd',
    seen: 'Podman’s documentation',
    info: { ...podman, Rootless: true },
    own: controllers('memory', 'pids'),
  },
  {
    engine: 'rootless Podman, cgroup v1',
    seen: 'Podman 4.3',
    info: { ...podman, Rootless: true },
    own: controllers(),
  },
];
