import type { Defence } from '../defence.ts';

export const jsonrpcDefences: readonly Defence[] = [];
