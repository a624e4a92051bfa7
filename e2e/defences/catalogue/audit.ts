import type { Defence } from '../defence.ts';

export const auditDefences: readonly Defence[] = [];
