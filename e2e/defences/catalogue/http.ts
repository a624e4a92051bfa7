import type { Defence } from '../defence.ts';

const hostGuard = 'gateway/src/http/hostGuard.ts';
const requestShape = 'gateway/src/http/requestShape.ts';

export const httpDefences: readonly Defence[] = [
  {
    against: 'a doubled Host header',
    file: hostGuard,
    code: "if (host === undefined || others.length > 0) return 'host_not_allowed';",
    without: "if (host === undefined) return 'host_not_allowed';",
    test: { project: 'unit', file: 'gateway/src/http/hostGuard.test.ts' },
  },
  {
    against: 'names that only begin like this machine',
    file: hostGuard,
    code: '(name) => host === `${name}:${port}`',
    without: '(name) => host.startsWith(name)',
    test: { project: 'unit', file: 'gateway/src/http/hostGuard.test.ts' },
  },
  {
    against: 'dot segments in the path',
    file: requestShape,
    code: '!dotSegment.test(path) && ',
    without: '',
    test: { project: 'unit', file: 'gateway/src/http/requestShape.test.ts' },
  },
];
