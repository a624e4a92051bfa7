import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The system's groups and users, as lines of group(5) and passwd(5). */
export interface GroupSource {
  readonly groups: string;
  readonly users: string;
  /** A group that is in neither, but in a directory service (`getent group`); empty if there is none. */
  readonly askGroup: (gid: number) => string;
}

/** Members of a group other than root and this user. A directory service doesn't list primary members, reported as one. */
export function membersBeside(gid: number, uid: number, source: GroupSource): string[] {
  const users = rows(source.users).map(([name = '', , id, group]) => ({
    name,
    uid: Number(id),
    gid: Number(group),
  }));
  const trusted = new Set(users.filter((user) => user.uid === uid || user.uid === 0).map(({ name }) => name));
  const ofGid = ([, , id]: readonly string[]): boolean => Number(id) === gid;
  const local = rows(source.groups).find(ofGid);
  const remote = local === undefined ? rows(source.askGroup(gid)).find(ofGid) : undefined;
  const listed = (local ?? remote)?.[3]?.split(',') ?? [];
  const first = users.filter((user) => user.gid === gid).map(({ name }) => name);
  const name = remote?.[0];
  const unknown = name === undefined || trusted.has(name) ? [] : [`those whose first group is ${name}`];
  return [...new Set([...listed, ...first])]
    .filter((each) => each !== '' && !trusted.has(each))
    .concat(unknown);
}

/** The same, for this system. */
export function othersIn(gid: number, uid: number): string[] {
  try {
    return membersBeside(gid, uid, {
      groups: readFileSync('/etc/group', 'utf8'),
      users: readFileSync('/etc/passwd', 'utf8'),
      askGroup: (id) => {
        const { stdout, error } = spawnSync('getent', ['group', String(id)], { encoding: 'utf8' });
        return error === undefined ? stdout : '';
      },
    });
  } catch {
    return ['unknown: /etc/group or /etc/passwd cannot be read'];
  }
}

function rows(text: string): string[][] {
  return text.split('\n').map((line) => line.trim().split(':'));
}
