import type { Defence } from '../defence.ts';

export const upstreamDefences: readonly Defence[] = [];
