const mib = 1024 * 1024;

/** Memory of the machine, and of the container or cgroup around the process, in bytes. */
export interface AvailableMemory {
  /** `process.constrainedMemory()`: 0 if there is no limit or it is unknown. */
  readonly constrained: number;
  /** `os.totalmem()`. */
  readonly total: number;
}

/** Memory limit for clients' data, in bytes: `lmcp.memory_mib`, otherwise a quarter of the process's memory, at most 1 GiB. */
export function memoryBudget(memoryMib: number | null, { constrained, total }: AvailableMemory): number {
  if (memoryMib !== null) return memoryMib * mib;
  const usable = constrained > 0 ? Math.min(constrained, total) : total;
  return Math.min(Math.floor(usable / 4), 1024 * mib);
}
