import type { Defence } from '../defence.ts';

export const containerDefences: readonly Defence[] = [];
