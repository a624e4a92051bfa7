import type { Defence } from '../defence.ts';

export const accessDefences: readonly Defence[] = [];
