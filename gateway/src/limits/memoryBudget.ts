const mib = 1024 * 1024;

/** Bytes that a machine, or the container or cgroup around the process, has. */
export interface AvailableMemory {
  /** `process.constrainedMemory()`: 0 where there is no limit, or none is known. */
  readonly constrained: number;
  /** `os.totalmem()`. */
  readonly total: number;
}

/** What may be held for callers, in bytes: `lmcp.memory_mib`, else a quarter of what the process may use, at most 1 GiB. */
export function memoryBudget(memoryMib: number | null, { constrained, total }: AvailableMemory): number {
  if (memoryMib !== null) return memoryMib * mib;
  const usable = constrained > 0 ? Math.min(constrained, total) : total;
  return Math.min(Math.floor(usable / 4), 1024 * mib);
}
