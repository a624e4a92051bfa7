/** `npm run bench:search`: how well find_tools finds, among the tools of real servers. Options: --folder, --json, --write. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withBlocks } from '../../reference/blocks.ts';
import { searchCost } from './cost.ts';
import { launch } from '../contenders/launch.ts';
import { prepareLmcp } from '../contenders/lmcp.ts';
import { Lister, type Listed } from '../lists/lister.ts';
import { messageOf } from '../load/httpAnswer.ts';
import { McpConnection } from '../load/mcpConnection.ts';
import { costLine, searchReport, type SearchFigures } from './report.ts';
import { rankOf, scoreOf, type Ranked } from './score.ts';
import { searchedServers } from './servers.ts';
import { allTasks, type Task } from './tasks.ts';

const page = fileURLToPath(new URL('../../../docs/tool-search.md', import.meta.url));
/** All servers are listed within that time; milliseconds. */
const patienceMs = 300_000;

async function measure(folder: string): Promise<SearchFigures> {
  const runFolder = await mkdtemp(join(folder, 'run-'));
  try {
    const home = join(runFolder, 'home');
    await mkdir(home);
    const servers = await searchedServers(join(folder, 'search'), home);
    const setting = { server: ['none'], peersFolder: '', runFolder } as const;
    const gateway = await prepareLmcp(setting, 'search', { servers });
    await using _ = await launch(gateway, setting);
    const all = await wholeList(await Lister.open(gateway.target), Object.keys(servers));
    const target = { ...gateway.target, url: `${gateway.target.url}?tools=search` };
    const few = await (await Lister.open(target)).list();
    const connection = await McpConnection.open(target);
    const ranked: Ranked[] = [];
    for (const task of await allTasks()) ranked.push(await rank(connection, task));
    const { tools, bytes: listBytes } = all;
    return { servers: Object.keys(servers).length, tools, listBytes, searchBytes: few.bytes, ranked };
  } finally {
    await rm(runFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The list, once every server is in it. */
async function wholeList(lister: Lister, ids: readonly string[]): Promise<Listed> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const listed = await lister.list();
    const missing = ids.filter((id) => !listed.names.some((name) => name.startsWith(`${id}__`)));
    if (missing.length === 0) return listed;
    if (performance.now() > end) throw new Error(`these servers listed nothing: ${missing.join(', ')}`);
    await sleep(500);
  }
}

async function rank(connection: McpConnection, task: Task): Promise<Ranked> {
  const alone = await find(connection, [task.task]);
  const found = await find(connection, [task.task, ...task.wordings]);
  return { task, alone: rankOf(task, alone), worded: rankOf(task, found), found };
}

async function find(connection: McpConnection, queries: readonly string[]): Promise<string[]> {
  const params = { name: 'find_tools', arguments: { queries, limit: 20 } };
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const { type, body } = await connection.post(text);
  const { result } = JSON.parse(messageOf(type, body)) as { result?: { content: { text: string }[] } };
  if (result === undefined) throw new Error(`find_tools was answered with: ${body.slice(0, 300)}`);
  const { tools } = JSON.parse(result.content[0]?.text ?? '') as { tools: { name: string }[] };
  return tools.map(({ name }) => name);
}

const { values } = parseArgs({
  options: { folder: { type: 'string' }, json: { type: 'boolean' }, write: { type: 'boolean' } },
});
if (values.folder === undefined) throw new Error('--folder is missing: run this as `npm run bench:search`.');
const figures = await measure(resolve(values.folder));
const report = searchReport(figures);
const cost = searchCost();
console.log(
  values.json === true
    ? JSON.stringify({ ...figures, score: scoreOf(figures.ranked), cost }, null, 2)
    : `${report}\n\n${costLine(cost)}`,
);
if (values.write === true)
  await writeFile(page, withBlocks(await readFile(page, 'utf8'), { 'search on real tools': report }));
