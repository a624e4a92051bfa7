import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { listProcesses, membersOf, parsePs, type ProcessEntry } from './tree.ts';

const entry = (pid: number, parent: number, group: number, mark?: string): ProcessEntry => ({
  pid,
  parent,
  group,
  mark,
});
const processes = [
  entry(1, 0, 1),
  entry(50, 1, 50),
  entry(100, 50, 100),
  entry(101, 100, 100),
  entry(102, 101, 102),
  entry(200, 1, 200, 'm.1'),
  entry(201, 200, 200, 'm.11'),
  entry(300, 1, 100),
  entry(400, 1, 400),
  entry(401, 400, 401),
];

test('descendants, the group and the marked belong, with their own descendants', () => {
  expect([...membersOf({ pid: 100, mark: 'm.1' }, new Set(), processes)].sort()).toEqual([
    100, 101, 102, 200, 201, 300,
  ]);
});

test('who was seen before belongs still, though nothing else ties it to the server', () => {
  expect(membersOf({ pid: 100, mark: 'm.1' }, new Set([400]), processes)).toContain(401);
});

test('nothing belongs to a server that is gone', () => {
  expect(membersOf({ pid: 999, mark: 'm.2' }, new Set(), processes.slice(0, 5)).size).toBe(0);
});

test('ps and /proc tell the same of this very process', async () => {
  const ps = parsePs(execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' }));
  const own = ps.find(({ pid }) => pid === process.pid);
  expect(own?.parent).toBe(process.ppid);
  const listed = (await listProcesses()).find(({ pid }) => pid === process.pid);
  expect(listed).toEqual(own);
});

test('zombies are left out', () => {
  expect(parsePs('  10  1 10 Z+\n  11  1 11 Ss\n').map(({ pid }) => pid)).toEqual([11]);
});
