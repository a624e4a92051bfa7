import type { Status } from 'lmcp-gateway/src/api/status.ts';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import LogSize from './LogSize.svelte';

const log = {
  ...{ path: '/logs/audit.log', bytes: 1, segments: 1, first_at: null },
  ...{ disk_free_bytes: 1, disk_bytes: 2 },
} as const;

type State = NonNullable<Status['audit']['sealed']>['state'] | 'absent';

test.each<[State, string]>([
  ['all', 'Sealed: every file is append-only'],
  ['pending', 'One file is not sealed yet'],
  ['unsupported', 'Not sealed: the file system has no append-only files'],
  ['absent', 'Not sealed: nothing makes the files append-only here'],
])('the state of sealing “%s” is shown as it is', async (state, text) => {
  const audit: Status['audit'] = {
    ...{ ok: true, seq: 1, disk_used_percent: 1 },
    ...(state !== 'absent' && { sealed: { state, since: '2026-01-01T00:00:00.000Z' } }),
  };
  const screen = await render(LogSize, { log, audit });
  await expect.element(screen.getByText(text)).toBeVisible();
});
