import type { Defence } from '../defence.ts';

export const registryDefences: readonly Defence[] = [];
