import { stem } from './words.ts';

/** Words of this trade that stand for each other, for those who send one wording only. */
const groups = [
  'issue ticket bug task',
  'pr pull merge mr',
  'repo repository project',
  'screenshot capture snapshot',
  'image picture photo screenshot',
  'delete remove erase drop destroy trash clear',
  'create add new make insert write',
  'list enumerate all show',
  'get fetch read retrieve show view obtain load',
  'update edit modify change set patch',
  'search find query lookup locate grep',
  'folder directory dir',
  'file document doc',
  'execute run invoke launch start perform',
  'send post submit publish deliver',
  'message mail email chat',
  'database db sql table',
  'url link address',
  'page website web site',
  'user account person member people',
  'stop kill terminate cancel abort end halt',
  'copy duplicate clone',
  'move rename relocate',
  'comment reply remark note',
  'diagram chart graph plot',
  'download save export',
  'upload import attach',
  'click press tap',
  'type enter fill input',
  'tab window',
  'log history trace',
  'remember memory store save note',
  'environment env variable',
  'config configuration setting option preference',
  'login signin auth authenticate',
  'translate convert transform',
  'hour time clock timezone date',
  'weather forecast temperature',
  'reason think thought',
  'navigate open go visit browse',
  'calculate compute math',
  'size length count number',
  'schedule calendar event appointment meeting',
  'deploy release rollout',
  'container docker pod',
  'model llm',
  'entity node record',
  'relation edge relationship',
  'evaluate execute javascript script',
  'attribute property field column',
  'sprint cycle iteration',
  'wiki page',
  'room channel chat',
  'sheet spreadsheet table',
  'row record entry document',
  'cluster kubernetes kubectl k8s',
  'pointer mouse cursor hover',
  'proposal pull pr change',
  'internet web online',
  'space size storage disk',
  'publication paper article research',
  'newspaper news headline',
  'stage state status step workflow',
  'automation workflow',
  'follow subscribe watch monitor notify',
  'group team',
  'client customer contact',
  'fact observation',
  'hierarchy tree structure',
  'approve accept review merge',
  'budget credit quota usage',
  'error exception failure console',
  'key keyboard shortcut',
  'place location coordinates address',
  'call callback webhook hook',
  'inbox notification',
];

const table = new Map<string, Set<string>>();
for (const group of groups) {
  const words = group.split(' ').map(stem);
  for (const word of words) {
    const known = table.get(word) ?? new Set<string>();
    for (const other of words) if (other !== word) known.add(other);
    table.set(word, known);
  }
}

/** What else a word may be called; stems, as `wordsOf` gives them. */
export function synonymsOf(word: string): Iterable<string> {
  return table.get(word) ?? [];
}
