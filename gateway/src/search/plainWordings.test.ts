import { expect, test } from 'vitest';
import { searchTools, type Searched } from './search.ts';
import { ToolIndex } from './toolIndex.ts';

/** Servers as there are, with what each of their tools does. `npm run bench:search` measures the same with real ones. */
const servers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  git: {
    git_blame: 'Show for each line of a file the commit and author that last changed it.',
    git_stash: 'Save or restore uncommitted changes of the working tree.',
    git_cherry_pick: 'Apply single commits of another branch to the current one.',
    git_push: 'Upload local commits to a remote repository.',
    git_diff: 'Show differences between commits, branches or the working tree.',
    git_reflog: 'Show where HEAD and branches pointed before.',
  },
  forge: {
    create_issue: 'Open an issue in a repository.',
    search_issues: 'Search issues and pull requests.',
    create_pull_request: 'Open a pull request from a branch.',
    merge_pull_request: 'Merge a pull request.',
    fork_repository: 'Fork a repository to an own account.',
    search_code: 'Search code in repositories.',
  },
  files: {
    read_text_file: 'Read a file as text.',
    edit_file: 'Replace lines of a text file.',
    create_directory: 'Create a directory.',
    list_directory_with_sizes: 'List a directory with the sizes of its files.',
    search_files: 'Find files by a pattern of their names.',
    move_file: 'Move or rename a file.',
  },
  browser: {
    take_screenshot: 'Take a screenshot of the page.',
    click: 'Click an element of the page.',
    fill_form: 'Fill several fields of a form.',
    list_console_messages: 'List the console messages of the page.',
    handle_dialog: 'Accept or dismiss a dialog.',
    navigate_back: 'Go back in the history of the tab.',
  },
  chat: {
    post_message: 'Post a message to a channel.',
    reply_to_thread: 'Reply in a thread.',
    add_reaction: 'Add an emoji reaction to a message.',
    list_channels: 'List channels of the workspace.',
  },
  tracker: {
    assign_issue: 'Assign an issue to a user.',
    set_issue_priority: 'Set the priority of an issue.',
    get_active_cycle: 'Get the current cycle of a team.',
    subscribe_to_issue: 'Subscribe to updates of an issue.',
    create_webhook: 'Create a webhook.',
    create_issue_relation: 'Relate two issues (blocks, duplicates).',
  },
  mongodb: {
    aggregate: 'Run an aggregation pipeline on a collection.',
    'create-index': 'Create an index for a collection.',
    explain: 'Explain how a query is executed.',
    'delete-many': 'Delete all documents that match a filter.',
  },
  kubernetes: {
    logs: 'Get logs of a pod.',
    scale: 'Set the number of replicas of a deployment.',
    rollout: 'Restart, undo or watch the rollout of a deployment.',
    port_forward: 'Forward a local port to a pod or service.',
    drain_node: 'Drain or cordon a node.',
  },
  maps: {
    directions: 'Get directions between two places.',
    geocode: 'Convert an address to coordinates.',
    elevation: 'Get the elevation of locations.',
    search_places: 'Search places.',
  },
  memory: {
    create_entities: 'Create entities of the knowledge graph.',
    create_relations: 'Create relations between entities.',
    add_observations: 'Add observations to entities.',
    read_graph: 'Read the whole knowledge graph.',
  },
};

/** What people say, in none of the words of the tool's name. */
const wordings: Readonly<Record<string, string>> = {
  'whose mistake is this paragraph of the source': 'git_blame',
  'hide my edits until tomorrow': 'git_stash',
  'I need just that one fix of the other line of development': 'git_cherry_pick',
  'hand my work in to the shared copy': 'git_push',
  'how does my work differ from yesterday': 'git_diff',
  'I lost my work by accident': 'git_reflog',
  'report that something is broken': 'create_issue',
  'did anybody complain about this before': 'search_issues',
  'suggest my improvement to the maintainers': 'create_pull_request',
  'let the contribution in': 'merge_pull_request',
  'get my own version of their project': 'fork_repository',
  'where is this function called': 'search_code',
  'what does my letter say': 'read_text_file',
  'swap a word in my letter': 'edit_file',
  'I need a place for invoices on the disk': 'create_directory',
  'what fills my disk': 'list_directory_with_sizes',
  'where did I save the tax papers on this computer': 'search_files',
  'call the letter something else': 'move_file',
  'how does the site look right now': 'take_screenshot',
  'press the button of the shop': 'click',
  'put my name and city into the boxes': 'fill_form',
  'does the site throw exceptions': 'list_console_messages',
  'say yes to what popped up': 'handle_dialog',
  'return to the previous site': 'navigate_back',
  'announce lunch to everybody': 'post_message',
  'answer below her words': 'reply_to_thread',
  'give that a thumbs up': 'add_reaction',
  'which rooms are there': 'list_channels',
  'Maria shall do the ticket': 'assign_issue',
  'this ticket is urgent': 'set_issue_priority',
  'what do we work on in this sprint': 'get_active_cycle',
  'keep me posted about the ticket': 'subscribe_to_issue',
  'call my url whenever something changes': 'create_webhook',
  'this ticket has to wait for the other': 'create_issue_relation',
  'average price by country in mongo': 'aggregate',
  'make lookups in mongo faster': 'create-index',
  'why is mongo slow': 'explain',
  'get rid of all mongo customers from Rome': 'delete-many',
  'what did the crashed container print': 'logs',
  'run five copies of the shop': 'scale',
  'go back to the version deployed before': 'rollout',
  'reach the cluster from my laptop': 'port_forward',
  'take a machine out of the cluster for repairs': 'drain_node',
  'how do I drive to Ulm': 'directions',
  'where on earth is Main Street 5': 'geocode',
  'how high is that hill': 'elevation',
  'somewhere to eat sushi': 'search_places',
  'I met somebody new, keep her in mind': 'create_entities',
  'Tom is the brother of Anna': 'create_relations',
  'one more fact about Anna': 'add_observations',
  'tell me everything that you remember': 'read_graph',
};

const searched = Object.entries(servers).map(([id, tools]): Searched & { names: readonly string[] } => {
  const names = Object.keys(tools);
  const list = Object.entries(tools).map(([name, description]) => ({ name, description }));
  return {
    serverId: id,
    names,
    index: new ToolIndex({ id, about: '' }, list),
    usable: new Uint8Array(names.length).fill(1),
  };
});

function placeOf(wording: string, tool: string): number {
  const found = searchTools(searched, [wording], 20).map(
    ({ serverId, place }) => searched.find((one) => one.serverId === serverId)?.names[place],
  );
  const at = found.indexOf(tool);
  return at === -1 ? Infinity : at + 1;
}

test('finds most tools by what people say, without a word of their names', () => {
  const places = Object.entries(wordings).map(([wording, tool]) => ({
    wording,
    place: placeOf(wording, tool),
  }));
  const beyond = (most: number): string[] =>
    places.filter(({ place }) => place > most).map(({ wording }) => wording);
  // What it did not find when this was written: fewer is better, so remove what is found.
  expect(beyond(5)).toEqual([
    'whose mistake is this paragraph of the source',
    'I need a place for invoices on the disk',
  ]);
  expect(beyond(1).length).toBeLessThanOrEqual(8);
});

test('finds every tool by its description', () => {
  for (const tools of Object.values(servers))
    for (const [name, description] of Object.entries(tools))
      expect([name, placeOf(description, name)]).toEqual([name, 1]);
});
