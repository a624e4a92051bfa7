import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const createRequest = 'gateway/src/upstream/container/docker/createRequest.ts';
const createRequestTest = 'gateway/src/upstream/container/docker/createRequest.test.ts';
const imageEntryTest = 'gateway/src/registry/container/imageEntry.test.ts';
const dockerRunTest = 'gateway/src/registry/container/run/dockerRun.test.ts';
const spec = 'gateway/src/registry/container/spec.ts';
const mounts = 'gateway/src/registry/container/mounts.ts';
const fields = 'gateway/src/registry/container/fields.ts';
const openContainer = 'gateway/src/upstream/container/openContainer.ts';
const openContainerTest = 'gateway/src/upstream/container/openContainer.test.ts';
const dockerEngine = 'gateway/src/upstream/container/docker/engine/dockerEngine.ts';
const dockerEngineTest = 'gateway/src/upstream/container/docker/engine/dockerEngine.test.ts';
const confines = testIn(createRequestTest, 'confines every container');

const confinement = keep('container-confinement', [
  {
    claim: 'a container drops every capability',
    file: createRequest,
    anchor: { in: 'hostConfig', node: 'property', name: 'CapDrop' },
    operator: { replace: [] },
    test: confines,
  },
  {
    claim: 'a container gains no privileges by set-uid programs',
    file: createRequest,
    anchor: { in: 'hostConfig', node: 'property', name: 'SecurityOpt' },
    operator: { replace: [] },
    test: confines,
  },
  {
    claim: "an image's root user is replaced",
    file: createRequest,
    anchor: { in: 'containerUser', node: 'if', mentions: ['isRootUser'] },
    operator: 'condition-true',
    test: testIn(createRequestTest, 'makes an image’s root a user of the server’s own'),
  },
  {
    claim: 'a command in a container runs as a user of its own, whatever the image says',
    file: createRequest,
    anchor: { in: 'containerUser', node: 'if', mentions: ['rootUser', 'own'] },
    operator: 'condition-false',
    test: testIn(createRequestTest, 'makes an image’s root a user of the server’s own'),
  },
  {
    claim: 'volumes that an image declares do not reach the disk of the host',
    file: createRequest,
    anchor: { in: 'hostConfig', node: 'call', name: 'declaredVolumes' },
    operator: { replace: [] },
    test: testIn(createRequestTest, 'turns volumes that the image declares into memory'),
  },
  {
    claim: 'a container has no network unless it names one',
    file: spec,
    anchor: { in: 'resolveSpec', node: 'ternary', mentions: ['asDocker', 'bridge'] },
    operator: 'condition-true',
    test: testIn(imageEntryTest, 'gives an image alone the full hardening'),
  },
  {
    claim: 'a root file system is read-only unless the entry says otherwise',
    file: spec,
    anchor: { in: 'resolveSpec', node: 'const', name: 'readOnly' },
    operator: { replace: false },
    test: testIn(imageEntryTest, 'gives an image alone the full hardening'),
  },
  {
    claim: 'a read-only mount is mounted read-only',
    file: createRequest,
    anchor: { in: 'engineMount', node: 'property', name: 'ReadOnly' },
    operator: { replace: false },
    test: testIn(createRequestTest),
  },
  {
    claim: 'forbidden mount sources are rejected',
    file: mounts,
    anchor: { in: 'mountSource', node: 'if', mentions: ['denial'] },
    operator: 'condition-false',
    test: testIn(imageEntryTest, 'mounts no'),
  },
  {
    claim: "the host's trees are not mounted",
    file: mounts,
    anchor: { in: 'mountDenial', node: 'if', mentions: ['tree'] },
    operator: 'condition-false',
    test: testIn(imageEntryTest, 'mounts no'),
  },
  {
    claim: 'a link in a mount source is resolved',
    file: 'gateway/src/upstream/container/mountSources.ts',
    anchor: { in: 'realSource', node: 'call', name: 'realpath' },
    operator: 'call-to-argument',
    test: testIn('gateway/src/upstream/container/mountSources.test.ts', 'denies /srv/escape'),
  },
  {
    claim: 'the network of the host is rejected by the registry',
    file: fields,
    anchor: { in: 'network', node: 'if', mentions: ['host'] },
    operator: 'condition-false',
    test: testIn(imageEntryTest, 'reports every problem together'),
  },
  {
    claim: 'capabilities beyond the container are rejected',
    file: fields,
    anchor: { in: 'capability', node: 'if', mentions: ['grantableCapabilities'] },
    operator: 'condition-true',
    test: testIn(imageEntryTest, 'reports every problem together'),
  },
  {
    claim: 'flags of docker run that give power over the host are rejected',
    file: 'gateway/src/registry/container/run/dockerRun.ts',
    anchor: { in: 'ArgumentWalk.#apply', node: 'statement', mentions: ['#problem', 'known'] },
    operator: 'drop-statement',
    test: testIn(dockerRunTest),
  },
]);

const limits = keep('container-limits', [
  {
    claim: 'a container gets no swap on top of its memory',
    file: createRequest,
    anchor: { in: 'hostConfig', node: 'property', name: 'MemorySwap' },
    operator: { replace: -1 },
    test: confines,
  },
  {
    claim: 'memory and processes of all containers together are bounded',
    file: 'gateway/src/guard/creations.ts',
    anchor: { in: 'Creations.#roomForOneMore', node: 'if', mentions: ['denial'] },
    operator: 'condition-false',
    test: testIn(
      'gateway/src/guard/startGuard.test.ts',
      'limits memory, processes and caches of all containers together',
    ),
  },
  {
    claim: 'a container cannot say less in its labels than it may use',
    file: 'gateway/src/guard/rules/checkCreate.ts',
    anchor: { in: 'checkCreate', node: 'operand', mentions: ['limitLabels'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/guard/rules/checkCreate.test.ts', 'labels that say less'),
  },
  {
    claim: 'a container that can write to the disk is stopped when the disk is full',
    file: 'gateway/src/upstream/container/containerChannel.ts',
    anchor: { in: 'writesToDisk', node: 'operand', mentions: ['readOnly', 'type'] },
    operator: 'drop-operand',
    test: testIn(
      openContainerTest,
      'stops only servers that can write to the engine’s disk when the disk is full',
    ),
  },
  {
    claim: 'a full disk is told to what can write to it',
    file: 'gateway/src/assembly/diskWatch.ts',
    anchor: { in: 'DiskWatch.#look', node: 'call', name: 'listener' },
    operator: 'drop-statement',
    test: testIn(
      'gateway/src/assembly/diskWatch.system.test.ts',
      'frees its reserve on a full disk after stopping what writes there, and creates it again later',
    ),
  },
  {
    claim: 'calls do not use up what is kept of a full disk for denials',
    file: 'gateway/src/audit/keepReserve.ts',
    anchor: { in: 'keepReserve.append', node: 'if', mentions: ['leadsOn'] },
    operator: 'condition-true',
    test: testIn('gateway/src/audit/keepReserve.test.ts', 'takes no line of an allowed call'),
  },
  {
    claim: 'no container has more CPUs than the machine',
    file: 'gateway/src/guard/creations.ts',
    anchor: { in: 'requireLimits', node: 'if', mentions: ['excess'] },
    operator: 'condition-false',
    test: testIn(
      'gateway/src/guard/startGuard.test.ts',
      'denies a container more CPUs than the machine has, regardless of the rules',
    ),
  },
  {
    claim: 'a server whose cache is too large is stopped',
    file: 'gateway/src/upstream/container/caches/cacheLimit.ts',
    anchor: { in: 'CacheLimit.#measure', node: 'statement', mentions: ['stop'] },
    operator: 'drop-statement',
    test: testIn('gateway/src/upstream/container/caches/cacheLimit.test.ts', 'stops the server'),
  },
  {
    claim: 'processes of a container are bounded in number',
    file: createRequest,
    anchor: { in: 'hostConfig', node: 'property', name: 'PidsLimit' },
    operator: { replace: 0 },
    test: confines,
  },
  {
    claim: 'an engine that cannot limit gets no container',
    file: openContainer,
    anchor: { in: 'openContainer.requireLimits', node: 'if', mentions: ['missing'] },
    operator: 'condition-false',
    test: testIn(openContainerTest, 'creates no container on an engine that can’t limit'),
  },
  {
    claim: 'a server is not started where the engine cannot enforce what its entry names',
    file: openContainer,
    anchor: { in: 'openContainer.requireLimits', node: 'if', mentions: ['key'] },
    operator: 'condition-false',
    test: testIn(openContainerTest, 'gets no server whose entry names it'),
  },
  {
    claim: 'an engine that cannot enforce egress gets no container with it',
    file: 'gateway/src/guard/creations.ts',
    anchor: { in: 'Creations.#requireEgress', node: 'if', mentions: ['egress'] },
    operator: 'condition-true',
    test: testIn(
      'gateway/src/guard/startGuard.test.ts',
      'creates no container with egress on an engine that can’t enforce it',
    ),
  },
  {
    claim: 'an engine that says more than its user may limit gets no container',
    file: 'gateway/src/upstream/container/docker/engine/limits/readLimits.ts',
    anchor: { in: 'podmanLimits', node: 'property', name: 'processes' },
    operator: { replace: true },
    test: testIn('gateway/src/upstream/container/docker/engine/limits/readLimits.test.ts', 'can limit less'),
  },
  {
    claim: 'an engine that says nothing of its limits has none',
    file: 'gateway/src/upstream/container/docker/engine/limits/engineLimits.ts',
    anchor: { in: 'engineLimits', node: 'property', name: 'memory' },
    operator: { replace: true },
    test: testIn('gateway/src/upstream/container/docker/engine/limits/engineLimits.test.ts'),
  },
  {
    claim: 'a fork bomb at its limit is stopped',
    file: 'gateway/src/upstream/container/processLimit.ts',
    anchor: { in: 'ProcessLimit.#look', node: 'if', mentions: ['count', '#limit', '>='] },
    operator: 'condition-false',
    test: testIn('gateway/src/upstream/container/processLimit.test.ts'),
  },
]);

const proxyTest = 'gateway/src/egress/startProxy.test.ts';

const egress = keep('egress', [
  {
    claim: 'the proxy connects to nothing that the gateway does not allow',
    file: 'gateway/src/egress/startProxy.ts',
    anchor: { in: 'startProxy.allowedAddress', node: 'if', mentions: ['allowed'] },
    operator: 'condition-false',
    test: testIn(proxyTest, 'denies'),
  },
  {
    claim: 'a public name leads to no private address',
    file: 'gateway/src/egress/startProxy.ts',
    anchor: { in: 'startProxy.allowedAddress', node: 'operand', mentions: ['isPublicAddress'] },
    operator: { replace: true },
    test: testIn(
      proxyTest,
      'denies an allowed name that resolves to a private address outside the entry, and reports it to the gateway',
    ),
  },
  {
    claim: 'addresses of metadata services are not public',
    file: 'gateway/src/addresses/publicAddress.ts',
    anchor: { in: 'isPublicAddress', node: 'operand', mentions: ['special', 'ipv6'] },
    operator: { replace: true },
    test: testIn('gateway/src/addresses/publicAddress.test.ts'),
  },
  {
    claim: 'a token is good for the targets of its server alone',
    file: 'gateway/src/upstream/container/egress.ts',
    anchor: { in: 'EgressGrants.decide', node: 'operand', mentions: ['host', 'target'] },
    operator: { replace: true },
    test: testIn('gateway/src/assembly/egressDoor.test.ts', 'allows a running server'),
  },
  {
    claim: 'a denied connection is logged before the answer',
    file: 'gateway/src/assembly/egressDoor.ts',
    anchor: { in: 'openEgressDoor.answer', node: 'await', mentions: ['append'] },
    operator: 'drop-statement',
    test: testIn('gateway/src/assembly/egressDoor.test.ts', 'allows a running server'),
  },
  {
    claim: 'what the egress proxy denies by itself is logged before the answer',
    file: 'gateway/src/egress/startProxy.ts',
    anchor: { in: 'startProxy.failure', node: 'if', mentions: ['own'] },
    operator: 'condition-false',
    test: testIn(proxyTest, 'reports each request that it denies by itself to the gateway'),
  },
  {
    claim: 'the proxy asks for nobody who sends no token, and logs that none was sent',
    file: 'gateway/src/egress/startProxy.ts',
    anchor: { in: 'startProxy.allowedAddress', node: 'if', mentions: ['token'] },
    operator: 'condition-false',
    test: testIn(proxyTest, 'reports each request that it denies by itself to the gateway'),
  },
  {
    claim: 'a malformed target is logged as such',
    file: 'gateway/src/egress/startProxy.ts',
    anchor: { in: 'startProxy.tunnel', node: 'if', mentions: ['target'] },
    operator: 'condition-false',
    test: testIn(proxyTest, 'reports each request that it denies by itself to the gateway'),
  },
  {
    claim: 'connections above the maximum of the proxy are logged',
    file: 'gateway/src/egress/startProxy.ts',
    anchor: { in: 'startProxy', node: 'statement', mentions: ['reportDropped'] },
    operator: 'drop-statement',
    test: testIn(proxyTest, 'reports a connection above its maximum, one at a time'),
  },
  {
    claim: 'each denial of the proxy is logged with its own reason',
    file: 'gateway/src/assembly/egressDoor.ts',
    anchor: { in: 'openEgressDoor.answer', node: 'operand', mentions: ['own'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/assembly/egressDoor.test.ts', 'allows a running server'),
  },
  {
    claim: 'the engine looks up no names for a server with egress',
    file: 'gateway/src/guard/rules/checkCreate.ts',
    anchor: { in: 'checkCreate', node: 'operand', mentions: ['egressWithoutDns'] },
    operator: 'drop-operand',
    test: testIn('gateway/src/guard/rules/checkCreate.test.ts', 'onto a network of the egress proxy'),
  },
  {
    claim: 'egress is an error where nothing enforces it',
    file: 'gateway/src/registry/container/imageEntry.ts',
    anchor: { in: 'egressProblems', node: 'if', mentions: ['hasEgress'] },
    operator: 'condition-false',
    test: testIn('gateway/src/registry/schema/server/containerServer.test.ts', 'reads egress'),
  },
]);

const verifiedImages = 'gateway/src/upstream/container/signature/verifiedImages.ts';
const verifiedImagesTest = 'gateway/src/upstream/container/signature/verifiedImages.test.ts';

const signed = keep('signed-images', [
  {
    claim: 'an image without a signature that counts is not run',
    file: verifiedImages,
    anchor: { in: 'VerifiedImages.nameOf', node: 'if', mentions: ['reason'] },
    operator: 'condition-true',
    test: testIn(verifiedImagesTest, 'does not run an image that'),
  },
  {
    claim: 'a signature counts for the image that it is about',
    file: verifiedImages,
    anchor: { in: 'whyNot', node: 'ternary', mentions: ['imageDigest', 'judge'] },
    operator: 'condition-true',
    test: testIn(verifiedImagesTest, 'does not run an image that'),
  },
  {
    claim: 'what a registry gives is what its digest says',
    file: 'gateway/src/upstream/container/signature/registryClient.ts',
    anchor: { in: 'requireDigest', node: 'if', mentions: ['digest'] },
    operator: 'condition-false',
    test: testIn(verifiedImagesTest, 'does not run an image that'),
  },
  {
    claim: 'the signer is the one that the registry names',
    file: 'gateway/src/upstream/container/signature/signer.ts',
    anchor: { in: 'judgeOf', node: 'if', mentions: ['subjectAlternativeName'] },
    operator: 'condition-false',
    test: testIn('e2e/containers/signedImages.docker.test.ts', 'as a layer'),
  },
]);

const cleanup = keep('container-cleanup', [
  {
    claim: 'a container whose start failed is removed',
    file: openContainer,
    anchor: { in: 'started', node: 'await', mentions: ['discard'] },
    operator: 'drop-statement',
    test: testIn(openContainerTest, 'leaves nothing behind'),
  },
  {
    claim: 'a container that cannot be attached to is removed',
    file: 'gateway/src/upstream/container/docker/dockerRuntime.ts',
    anchor: { in: 'DockerRuntime.#attached', node: 'await', mentions: ['remove'] },
    operator: 'drop-statement',
    test: testIn(openContainerTest, 'leaves nothing behind'),
  },
  {
    claim: 'containers that appear after the first sweep are removed',
    file: 'gateway/src/assembly/sweptRuntime.ts',
    anchor: { in: 'SweptRuntime.#lookAgain', node: 'await', mentions: ['#removeLeftovers'] },
    operator: 'drop-statement',
    test: testIn('e2e/containers/leftovers.docker.test.ts', 'was still making when its gateway was killed'),
  },
  {
    claim: 'a later sweep spares the containers of this run',
    file: 'gateway/src/upstream/container/sweep.ts',
    anchor: { in: 'sweep', node: 'call', name: 'filter', mentions: ['sparesOwn'] },
    operator: 'call-to-receiver',
    test: testIn(dockerEngineTest, 'a later sweep spares'),
  },
  {
    claim: 'the guard removes the containers of its installation when it ends',
    file: 'gateway/src/guard/startGuard.ts',
    anchor: { in: 'startGuard', node: 'await', mentions: ['removeOwn'] },
    operator: 'drop-statement',
    test: testIn('e2e/containers/guard.docker.test.ts', 'when it ends itself'),
  },
  {
    claim: 'only containers of this installation are swept',
    file: dockerEngine,
    anchor: { in: 'DockerEngine.list', node: 'property', name: 'filters' },
    operator: 'drop-element',
    test: testIn(dockerEngineTest, 'sweeps what has'),
  },
]);

export const containerClaims: readonly Claim[] = [
  ...confinement,
  ...limits,
  ...signed,
  ...egress,
  ...cleanup,
];
