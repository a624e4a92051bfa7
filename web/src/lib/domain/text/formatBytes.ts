const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `0 B`, `1.5 KiB`, `640 MiB`: three digits at most. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${String(Number(amount.toPrecision(amount < 100 ? 2 : 3)))} ${units[power] ?? 'B'}`;
}
