import type { Defence } from '../defence.ts';
import { accessDefences } from './access.ts';
import { auditDefences } from './audit.ts';
import { containerDefences } from './containers.ts';
import { httpDefences } from './http.ts';
import { jsonrpcDefences } from './jsonrpc.ts';
import { registryDefences } from './registry.ts';
import { upstreamDefences } from './upstreams.ts';

/** Every defence whose loss a test must notice. */
export const catalogue: readonly Defence[] = [
  ...accessDefences,
  ...httpDefences,
  ...jsonrpcDefences,
  ...upstreamDefences,
  ...containerDefences,
  ...registryDefences,
  ...auditDefences,
];
