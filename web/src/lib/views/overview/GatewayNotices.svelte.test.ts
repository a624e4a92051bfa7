import type { Status } from 'lmcp-gateway/src/api/status.ts';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { clock } from '#lib/state/clock.svelte.ts';
import GatewayNotices from './GatewayNotices.svelte';

type Sealed = NonNullable<Status['audit']['sealed']>;

async function noticesOf(audit: Partial<Status['audit']>) {
  const status = { audit: { ok: true, seq: 1, disk_used_percent: 12, ...audit }, registry: { valid: true } };
  return render(GatewayNotices, { status: status as Status });
}

const sealed = (state: Sealed['state'], agoMs: number): Pick<Status['audit'], 'sealed'> => ({
  sealed: { state, since: new Date(clock.now - agoMs).toISOString() },
});

test('a disk of the log that is nearly full is warned of, with its use', async () => {
  const screen = await noticesOf({ warning: 'disk_nearly_full', disk_used_percent: 93 });
  const notice = screen.getByRole('status');
  await expect.element(notice.getByText('The disk of the audit log is 93 % full')).toBeVisible();
});

test('a segment that is not sealed for longer than the sealer takes is warned of, with what to read', async () => {
  const screen = await noticesOf(sealed('pending', 31_000));
  const notice = screen.getByRole('status');
  await expect.element(notice.getByText('A segment of the audit log is not sealed')).toBeVisible();
  await expect.element(notice.getByText('docker compose logs sealer')).toBeVisible();
});

test('a file system without append-only files is named, without asking for anything', async () => {
  const screen = await noticesOf(sealed('unsupported', 31_000));
  await expect.element(screen.getByText('The audit log is chained, but not sealed')).toBeVisible();
  await expect.element(screen.getByRole('status')).not.toBeInTheDocument();
});

test.each<[string, Partial<Status['audit']>]>([
  ['there is no sealer', {}],
  ['every file is sealed', sealed('all', 31_000)],
  ['the sealer has a new segment', sealed('pending', 29_000)],
])('nothing is said where %s', async (_, audit) => {
  const screen = await noticesOf(audit);
  expect(screen.container.textContent.trim()).toBe('');
});
