/** Command-line clients of container engines whose `run` is read instead of run. */
export type ContainerClient = 'docker' | 'podman' | 'nerdctl';

/** Which container client a `command` is, by the name of its program; undefined where it is none. */
export function containerClient(command: string): ContainerClient | undefined {
  return /^(?:.*[\\/])?(docker|podman|nerdctl)(?:\.exe)?$/.exec(command)?.[1] as ContainerClient | undefined;
}
