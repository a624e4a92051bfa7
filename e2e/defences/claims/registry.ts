import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const store = 'gateway/src/registry/store.ts';
const reloader = 'gateway/src/registry/registryReloader.ts';
const storeTest = 'gateway/src/registry/store.test.ts';
const storeConflictTest = 'gateway/src/registry/storeConflict.test.ts';
const write = 'gateway/src/registry/file/write.ts';
const writeDurably = 'gateway/src/fs/replaceFile.ts';
const writeTest = 'gateway/src/registry/file/write.system.test.ts';
const yamlSource = 'gateway/src/registry/yaml/yamlSource.ts';
const parse = 'gateway/src/registry/parse.ts';
const parseTest = 'gateway/src/registry/parse.test.ts';
const patch = 'gateway/src/registry/edit/patch.ts';
const patchTest = 'gateway/src/registry/edit/patch.test.ts';
const managed = 'e2e/management/registry.test.ts';

const loopback = keep('loopback', [
  {
    claim: 'an address that other machines reach is rejected under loopback_only',
    file: 'gateway/src/registry/schema/settingsSchema.ts',
    anchor: { in: 'checkHost', node: 'statement', mentions: ['problem'] },
    operator: 'drop-statement',
    test: testIn(parseTest),
  },
  {
    claim: 'an address that only looks like this machine is rejected',
    file: 'gateway/src/addresses/loopbackHost.ts',
    anchor: { in: 'isLoopbackBind', node: 'return' },
    operator: { replace: true },
    test: testIn(parseTest),
  },
  {
    claim: 'a server on another machine is rejected under loopback_only',
    file: 'gateway/src/registry/schema/server/whereabouts.ts',
    anchor: { in: 'checkWhereabouts', node: 'if', mentions: ['loopbackOnly'] },
    operator: 'condition-false',
    test: testIn(parseTest),
  },
  {
    claim: 'nothing is sent to another machine under loopback_only',
    file: 'gateway/src/upstream/http/exchange/guardedRequest.ts',
    anchor: { in: 'guardedRequest', node: 'if', mentions: ['mayAsk'] },
    operator: 'condition-false',
    test: testIn(
      'gateway/src/upstream/http/rejections.test.ts',
      'with loopback_only nothing is sent to another machine',
    ),
  },
  {
    claim: 'the address that is bound is checked, wherever it came from',
    file: 'gateway/src/http/listening.ts',
    anchor: { in: 'addressOf', node: 'if', mentions: ['mayBind'] },
    operator: 'condition-false',
    test: testIn('e2e/http/loopbackOnly.test.ts', 'listens on loopback'),
  },
  {
    claim: 'the other loopback address is taken, too',
    file: 'gateway/src/http/server.ts',
    anchor: { in: 'createHttp', node: 'if', mentions: ['other', 'port'] },
    operator: 'condition-false',
    test: testIn('e2e/http/loopbackOnly.test.ts', 'both loopback addresses are taken'),
  },
  {
    claim: 'the address that a name was resolved to is checked',
    file: 'gateway/src/addresses/loopbackOnly.ts',
    anchor: { in: 'mayConnect', node: 'return', mentions: ['hostname'] },
    operator: { replace: true },
    test: testIn('e2e/http/loopbackOnly.test.ts', 'whatever DNS says'),
  },
  {
    claim: 'a remote server is reached at no private address',
    file: 'gateway/src/addresses/loopbackOnly.ts',
    anchor: { in: 'mayConnect', node: 'if', mentions: ['remote'] },
    operator: 'condition-false',
    test: testIn('gateway/src/addresses/loopbackOnly.test.ts', 'a remote server is never at'),
  },
]);

const changes = keep('registry-changes', [
  {
    claim: 'a change is logged before it is active',
    file: store,
    anchor: { in: 'RegistryStore.#replaceFile', node: 'await', mentions: ['runHooks'] },
    operator: 'drop-statement',
    test: testIn(storeTest, 'writes nothing when the outcome is not valid, or a hook rejects'),
  },
  {
    claim: 'a change based on another revision is rejected',
    file: store,
    anchor: { in: 'RegistryStore.#apply', node: 'if', mentions: ['ifRevision', 'revision'] },
    operator: 'condition-false',
    test: testIn(managed, 'If-Match of another revision is 412'),
  },
  {
    claim: 'an edit by hand that cannot be logged stays inactive',
    file: reloader,
    anchor: { in: 'RegistryReloader.#takeOver', node: 'statement', mentions: ['#retry'] },
    operator: 'drop-statement',
    test: testIn(storeTest, 'waits for the hooks, and stays out of force where one rejects'),
  },
  {
    claim: 'an invalid edit by hand is reported',
    file: reloader,
    anchor: { in: 'RegistryReloader.#takeOver', node: 'statement', mentions: ['break', 'countOf'] },
    operator: 'drop-statement',
    test: testIn(storeTest, 'that is broken leaves the last valid version active, told once'),
  },
  {
    claim: 'an invalid edit by hand is logged',
    file: 'gateway/src/assembly/registryChanges.ts',
    anchor: { in: 'governRegistry', node: 'if', mentions: ['broken'] },
    operator: 'condition-false',
    test: testIn(managed, 'a broken edit by hand is logged'),
  },
  {
    claim: 'the start names the revision that is active',
    file: 'gateway/src/audit/openAudit.ts',
    anchor: { in: 'startEntries', node: 'ternary', mentions: ['revision'] },
    operator: 'condition-true',
    test: testIn('e2e/audit/audit.test.ts', 'an edit made while no gateway runs shows in the log'),
  },
]);

const custody = keep('registry-custody', [
  {
    claim: 'a registry of another user is rejected',
    file: 'gateway/src/registry/file/custody.ts',
    anchor: { in: 'custodyFault', node: 'if', mentions: ['uid', 'holder'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/file/custody.test.ts', 'judges a file by its owner and mode'),
  },
  {
    claim: 'a registry that a group with other members may change is rejected',
    file: 'gateway/src/registry/file/custody.ts',
    anchor: { in: 'custodyFault', node: 'if', mentions: ['others', 'length'] },
    operator: 'condition-true',
    test: testIn('gateway/src/registry/file/custody.test.ts', 'judges a file by its owner and mode'),
  },
  {
    claim: 'users whose first group it is count as members',
    file: 'gateway/src/registry/file/groupMembers.ts',
    anchor: { in: 'membersBeside', node: 'comparison', mentions: ['gid', 'user'] },
    operator: { replace: false },
    test: testIn('gateway/src/registry/file/groupMembers.test.ts'),
  },
  {
    claim: 'every reader of a registry asks for its custody',
    file: 'gateway/src/registry/file/registryFile.ts',
    anchor: { in: 'readRegistryText', node: 'await', mentions: ['requireCustody'] },
    operator: 'drop-await',
    test: testIn('e2e/registry/registryCustody.test.ts', 'no command uses a registry'),
  },
]);

const choice = keep('registry-choice', [
  {
    claim: 'serve needs a chosen registry',
    file: 'gateway/src/cli/commands/gateway/serve.ts',
    anchor: { in: 'serve', node: 'statement', mentions: ['requireChosen'] },
    operator: 'drop-statement',
    test: testIn('e2e/cli/cli.test.ts', 'runs nothing of a registry of the current folder'),
  },
  {
    claim: 'call needs a chosen registry',
    file: 'gateway/src/cli/commands/call.ts',
    anchor: { in: 'call', node: 'statement', mentions: ['requireChosen'] },
    operator: 'drop-statement',
    test: testIn('e2e/cli/cli.test.ts', 'runs nothing of a registry of the current folder'),
  },
  {
    claim: 'test needs a chosen registry',
    file: 'gateway/src/cli/commands/test.ts',
    anchor: { in: 'test', node: 'statement', mentions: ['requireChosen'] },
    operator: 'drop-statement',
    test: testIn('e2e/cli/cli.test.ts', 'runs nothing of a registry of the current folder'),
  },
  {
    claim: 'stdio starts the gateway of a chosen registry alone',
    file: 'gateway/src/cli/commands/gateway/stdio.ts',
    anchor: { in: 'ownConnection', node: 'statement', mentions: ['requireChosen'] },
    operator: 'drop-statement',
    test: testIn('e2e/cli/cli.test.ts', 'runs nothing of a registry of the current folder'),
  },
  {
    claim: 'without a terminal a registry that nobody chose is rejected',
    file: 'gateway/src/cli/registry/chosenRegistry.ts',
    anchor: { in: 'requireChosen', node: 'operand', mentions: ['registryChosen'] },
    operator: { replace: true },
    test: testIn(
      'gateway/src/cli/registry/chosenRegistry.test.ts',
      'one of the current folder is asked about',
    ),
  },
]);

const file = keep('registry-file', [
  {
    claim: 'a new registry is on the disk before it replaces the old one',
    file: writeDurably,
    anchor: { in: 'writeDurably', node: 'await', mentions: ['file', 'sync'] },
    operator: 'drop-statement',
    test: testIn(writeTest),
  },
  {
    claim: 'the exchange is on the disk',
    file: write,
    anchor: { in: 'writeRegistry', node: 'await', mentions: ['syncFolder'] },
    operator: 'drop-statement',
    test: testIn(writeTest),
  },
  {
    claim: 'what another process writes meanwhile is not overwritten',
    file: write,
    anchor: { in: 'exchange', node: 'operand', mentions: ['stillHolds'] },
    operator: { replace: true },
    test: testIn(storeConflictTest, 'is not overwritten'),
  },
  {
    claim: 'of two processes that write concurrently none loses its change',
    file: 'gateway/src/fs/kernelLock.ts',
    anchor: { in: 'exclusive', node: 'argument', name: 'exec' },
    operator: { replace: '' },
    test: testIn(writeTest, 'of two processes that replace it concurrently'),
  },
  {
    claim: 'the registry has mode 0600 after a change',
    file: writeDurably,
    anchor: { in: 'writeDurably', node: 'argument', name: 'open', mentions: ['0o600'] },
    operator: { replace: 0o644 },
    test: testIn('gateway/src/registry/file/crash.test.ts'),
  },
  {
    claim: 'changes are applied one at a time',
    file: store,
    anchor: { in: 'RegistryStore.apply', node: 'if', mentions: ['#applying'] },
    operator: 'condition-false',
    test: testIn(storeTest, 'honours a revision, builds on an edit by hand, and runs one at a time'),
  },
  {
    claim: 'an edit in place means what was asked',
    file: patch,
    anchor: { in: 'applyPatch', node: 'operand', mentions: ['means'] },
    operator: 'drop-operand',
    test: testIn(patchTest),
  },
  {
    claim: 'an earlier registry does not bring revoked tokens back',
    file: 'gateway/src/management/registry/restoreEdit.ts',
    anchor: { in: 'restoreEdit', node: 'call', name: 'takenOver', mentions: ['clientTokens'] },
    operator: 'call-to-argument',
    test: testIn(managed, 'lists what was replaced, and goes back with the tokens of today'),
  },
  {
    claim: 'a name in the history leads nowhere else',
    file: 'gateway/src/registry/file/history.ts',
    anchor: { in: 'readHistory', node: 'if', mentions: ['namePattern'] },
    operator: 'condition-false',
    test: testIn(storeTest, 'twenty earlier registries are kept'),
  },
  {
    claim: 'aliases cannot expand without end',
    file: yamlSource,
    anchor: { in: 'readYaml', node: 'property', name: 'maxAliasCount' },
    operator: { replace: -1 },
    test: testIn(parseTest),
  },
  {
    claim: 'a file of brackets is rejected',
    file: parse,
    anchor: { in: 'rejectUnread', node: 'if', mentions: ['bracketDepth'] },
    operator: 'condition-false',
    test: testIn(parseTest),
  },
  {
    claim: 'tags and other warnings of YAML are errors',
    file: yamlSource,
    anchor: { in: 'readYaml', node: 'element', mentions: ['warnings'] },
    operator: 'drop-element',
    test: testIn(parseTest),
  },
  {
    claim: 'unknown keys in a section are rejected',
    file: 'gateway/src/registry/schema/read/section.ts',
    anchor: { in: 'readSection', node: 'statement', mentions: ['reportUnknownKeys'] },
    operator: 'drop-statement',
    test: testIn(parseTest),
  },
]);

const supplyChain = keep('supply-chain', [
  {
    claim: 'dependencies are pinned to one version',
    file: 'gateway/package.json',
    anchor: { in: 'dependencies', node: 'property', name: 'zod' },
    operator: { replace: '^4.0.0' },
    test: testIn(
      'gateway/setup/install/supplyChain.test.mjs',
      'every direct dependency is pinned to one version',
    ),
  },
]);

const fetchedNode = keep('fetched-node', [
  {
    claim: 'the Node that is fetched is compared with its hash',
    file: 'gateway/setup/nodeRuntime.mjs',
    anchor: { in: 'writeLockfile', node: 'statement', mentions: ['writeFileSync', 'lock'] },
    operator: 'drop-statement',
    test: testIn('gateway/setup/nodeRuntime.test.mjs', 'rejects a Node that differs from the hash'),
  },
]);

export const registryClaims: readonly Claim[] = [
  ...loopback,
  ...changes,
  ...custody,
  ...choice,
  ...file,
  ...supplyChain,
  ...fetchedNode,
];
