import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../harness/gateway.ts';

const run = promisify(execFile);
const script = join(root, 'docker/engine/engine.sh');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-engine-script-'));
  for (const name of ['state', 'prefix', 'temporary', 'bin']) await mkdir(join(folder, name));
});
afterEach(async () => {
  await run('umount', [join(folder, 'prefix')]).catch(() => undefined);
  await rm(folder, { recursive: true });
});

/** With folders of its own, where no engine answers. */
const engine = (command: string): Promise<{ stdout: string; stderr: string }> =>
  run(script, [command], {
    env: {
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      TMPDIR: join(folder, 'temporary'),
      LMCP_ENGINE_PREFIX: join(folder, 'prefix'),
      LMCP_ENGINE_STATE: join(folder, 'state'),
      LMCP_ENGINE_DATA: join(folder, 'data'),
      LMCP_ENGINE_SOCKET: join(folder, 'engine.sock'),
    },
  });

async function program(name: string, text: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
  await chmod(join(folder, 'bin', name), 0o755);
}

/** Packages whose engine ends as soon as it is started. */
async function standIns(unpack: string): Promise<void> {
  await program(
    'apt-get',
    'case "$*" in indextargets*) echo http://archive ;; *download*) touch engine.deb ;; esac',
  );
  await program('dpkg', `[ "$1" = -x ] || exit 0\n${unpack}`);
}
const unpacked =
  'mkdir -p "$3/usr/sbin" "$3/usr/bin" && printf "#!/bin/sh\\nexit 1\\n" >"$3/usr/sbin/dockerd" && chmod +x "$3/usr/sbin/dockerd"';

it('does not take an engine for running that has ended and that nobody has waited for', async () => {
  await symlink('/bin/true', join(folder, 'bin/dockerd'));
  const parent = spawn('sh', ['-c', `${join(folder, 'bin/dockerd')} & echo $!; exec sleep 600`]);
  try {
    const [line] = (await parent.stdout.take(1).toArray()) as [Buffer];
    const pid = line.toString().trim();
    await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8')).toMatch(/\(dockerd\) Z /);
    await writeFile(join(folder, 'state/dockerd.pid'), pid);
    await writeFile(join(folder, 'state/started'), '');
    await engine('down');
    expect(await readdir(join(folder, 'state'))).not.toContain('started');
    // `up` would leave the file, and the engine would not start beside it.
    await standIns(unpacked);
    await expect(engine('up')).rejects.toThrow('dockerd ended');
    expect(await readdir(join(folder, 'state'))).not.toContain('dockerd.pid');
  } finally {
    parent.kill();
  }
});

it('unpacks the engine into a folder that is a mount point', async () => {
  execFileSync('mount', ['-t', 'tmpfs', 'none', join(folder, 'prefix')]);
  await standIns(unpacked);
  await expect(engine('up')).rejects.toThrow('dockerd ended');
  expect((await stat(join(folder, 'prefix/usr/sbin/dockerd'))).mode & 0o111).toBe(0o111);
  expect(await readdir(join(folder, 'temporary'))).toEqual([]);
});

it('keeps nothing of a download that cannot be unpacked', async () => {
  await standIns('echo broken >&2; exit 2');
  await expect(engine('up')).rejects.toThrow('broken');
  expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  expect(await readdir(join(folder, 'prefix'))).not.toContain('usr');
});
