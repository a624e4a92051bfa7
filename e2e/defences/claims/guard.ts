import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const checkCreate = 'gateway/src/guard/rules/checkCreate.ts';
const checkCreateTest = 'gateway/src/guard/rules/checkCreate.test.ts';
const sources = 'gateway/src/guard/rules/mountSources.ts';
const sourcesTest = 'gateway/src/guard/rules/mountSources.test.ts';
const routes = 'gateway/src/guard/rules/routes.ts';
const routesTest = 'gateway/src/guard/rules/routes.test.ts';
const rules = 'gateway/src/registry/container/guardRules/rules.ts';
const bindDenial = 'gateway/src/registry/container/guardRules/bindDenial.ts';
const bindDenialTest = 'gateway/src/registry/container/guardRules/bindDenial.test.ts';
const guardTest = 'gateway/src/guard/startGuard.test.ts';

const answerTest = 'gateway/src/guard/engine/engineAnswer.test.ts';
const callersTest = 'gateway/src/guard/callers.test.ts';
const door = 'gateway/src/guard/door.ts';
const startGuard = 'gateway/src/guard/startGuard.ts';
const guardServer = 'gateway/src/guard/guardServer.ts';
const creations = 'gateway/src/guard/creations.ts';

/** A key of the create body whose value the guard no longer checks. */
const checks = (claim: string, key: string, declaration = 'hostShape'): Omit<Claim, 'promise'> => ({
  claim,
  file: checkCreate,
  anchor: { in: declaration, node: 'property', name: key },
  operator: 'no-op',
  test: testIn(checkCreateTest, `denies HostConfig.${key}`),
});

export const guardClaims: readonly Claim[] = keep('guard', [
  checks('a privileged container is denied', 'Privileged'),
  checks('the network of the host is denied by the guard', 'NetworkMode', 'hostShape.NetworkMode'),
  checks('capabilities that are not dropped are denied', 'CapDrop'),
  checks('added capabilities are checked', 'CapAdd'),
  checks('security profiles that are switched off are denied', 'SecurityOpt'),
  checks('processes without a limit are denied', 'PidsLimit'),
  {
    claim: 'keys that the guard does not know are denied',
    file: checkCreate,
    anchor: { in: 'fits', node: 'if', mentions: ['required', 'optional'] },
    operator: 'condition-false',
    test: testIn(checkCreateTest),
  },
  {
    claim: 'a missing part of the confinement is denied',
    file: checkCreate,
    anchor: { in: 'fits', node: 'if', mentions: ['hasOwn', 'value'] },
    operator: 'condition-false',
    test: testIn(checkCreateTest, 'any one key of the confinement is missing'),
  },
  {
    claim: 'a volume of another installation is denied',
    file: checkCreate,
    anchor: { in: 'volume', node: 'operand', mentions: ['volumes', 'includes'] },
    operator: { replace: true },
    test: testIn(checkCreateTest),
  },
  {
    claim: 'a mount that no root allows is denied',
    file: sources,
    anchor: { in: 'withRealSources', node: 'if', mentions: ['denial'] },
    operator: 'condition-false',
    test: testIn(sourcesTest, 'judges the real path'),
  },
  {
    claim: 'the path that was checked is the path that is mounted',
    file: sources,
    anchor: { in: 'withRealSources', node: 'property', name: 'Source' },
    operator: 'drop-element',
    test: testIn(sourcesTest, 'judges the real path'),
  },
  {
    claim: 'a read-only root cannot be written to',
    file: bindDenial,
    anchor: { in: 'bindDenial', node: 'ternary', mentions: ['readOnly'] },
    operator: 'condition-true',
    test: testIn(bindDenialTest, 'lets a read-only root be read'),
  },
  {
    claim: 'forbidden trees below a root are denied',
    file: bindDenial,
    anchor: { in: 'bindDenial', node: 'if', mentions: ['denial'] },
    operator: 'condition-false',
    test: testIn(bindDenialTest, 'even where a root is the whole of a forbidden tree'),
  },
  {
    claim: 'a volume that binds a folder by its options is denied',
    file: sources,
    anchor: { in: 'volumeDenial', node: 'if', mentions: ['binds'] },
    operator: 'condition-false',
    test: testIn(sourcesTest, 'denies the options'),
  },
  {
    claim: "the guard's and the engine's sockets are never mounted",
    file: rules,
    anchor: { in: 'withSockets', node: 'element', mentions: ['sockets'] },
    operator: 'drop-element',
    test: testIn(
      'gateway/src/registry/container/guardRules/rules.test.ts',
      'never lets the engine’s socket be mounted',
    ),
  },
  {
    claim: 'an image from an address is denied',
    file: routes,
    anchor: { in: 'pull', node: 'operand', mentions: ['fromSrc'] },
    operator: 'drop-operand',
    test: testIn(routesTest),
  },
  {
    claim: 'images are not pulled where the rules forbid it',
    file: routes,
    anchor: { in: 'plainRoute', node: 'operand', mentions: ['rules', 'pull'] },
    operator: 'drop-operand',
    test: testIn(routesTest, 'knows no pull where its rules forbid it'),
  },
  {
    claim: 'a create body that fails the check reaches no engine',
    file: creations,
    anchor: { in: 'Creations.create', node: 'if', mentions: ['verdict', 'ok'] },
    operator: 'condition-false',
    test: testIn(guardTest, 'does not forward denied requests, and escapes them in the log'),
  },
  {
    claim: 'volumes are looked up before a container is created',
    file: creations,
    anchor: { in: 'Creations.create', node: 'await', mentions: ['#plainVolumes'] },
    operator: 'drop-statement',
    test: testIn(guardTest, 'denies a volume that is a bind mount of a host folder'),
  },
  {
    claim: 'containers are bounded in number',
    file: creations,
    anchor: { in: 'Creations.create', node: 'await', mentions: ['#roomForOneMore'] },
    operator: 'drop-statement',
    test: testIn(guardTest, 'limits the number of containers, also for concurrent requests'),
  },
  {
    claim: 'a container of another label is not touched',
    file: guardServer,
    anchor: { in: 'GuardServer.#own', node: 'operand', mentions: ['labelled'] },
    operator: 'drop-operand',
    test: testIn(
      guardTest,
      'allows access only to its own containers, by label and name, and answers 404 for others',
    ),
  },
  {
    claim: 'a container of another name is not touched',
    file: guardServer,
    anchor: { in: 'GuardServer.#own', node: 'operand', mentions: ['startsWith'] },
    operator: 'drop-operand',
    test: testIn(
      guardTest,
      'allows access only to its own containers, by label and name, and answers 404 for others',
    ),
  },
  {
    claim: 'only attach is upgraded to a stream',
    file: guardServer,
    anchor: { in: 'GuardServer.upgrade', node: 'operand', mentions: ['attach'] },
    operator: 'drop-operand',
    test: testIn(guardTest, 'upgrades only attach requests'),
  },
  {
    claim: 'a create body without end is denied',
    file: 'gateway/src/guard/byteBudget.ts',
    anchor: { in: 'withBytes', node: 'if', mentions: ['largest'] },
    operator: 'condition-false',
    test: testIn(guardTest, 'rejects a body above 1 MiB before it is read completely'),
  },
  {
    claim: 'images are pulled from allowed registries only',
    file: guardServer,
    anchor: { in: 'GuardServer.#pull', node: 'if', mentions: ['denial'] },
    operator: 'condition-false',
    test: testIn(answerTest, 'asks no registry'),
  },
  {
    claim: 'the text of a registry is not in the answer to a pull',
    file: 'gateway/src/guard/engine/engineAnswer.ts',
    anchor: { in: 'passOnPull', node: 'call', name: 'pullFailure' },
    operator: 'call-to-argument',
    test: testIn(answerTest, 'repeats nothing'),
  },
]);

/** Who may talk to the guard. */
export const guardCallerClaims: readonly Claim[] = keep('guard-callers', [
  {
    claim: 'requests of web pages are denied by the guard',
    file: door,
    anchor: { in: 'doorDenial', node: 'if', mentions: ['origin'] },
    operator: 'condition-false',
    test: testIn(callersTest, 'denies and logs'),
  },
  {
    claim: 'requests with a Sec-Fetch header are denied by the guard',
    file: door,
    anchor: { in: 'doorDenial', node: 'if', mentions: ['sec-fetch-'] },
    operator: 'condition-false',
    test: testIn(callersTest, 'denies and logs'),
  },
  {
    claim: 'a foreign Host is denied by the guard',
    file: door,
    anchor: { in: 'doorDenial', node: 'operand', mentions: ['hosts', 'includes'] },
    operator: 'drop-operand',
    test: testIn(callersTest, 'denies and logs'),
  },
  {
    claim: 'requests without the secret are denied',
    file: door,
    anchor: { in: 'doorDenial', node: 'if', mentions: ['secret'] },
    operator: 'condition-false',
    test: testIn(callersTest, 'denies and logs'),
  },
  {
    claim: 'bodies that a form can send are denied by the guard',
    file: door,
    anchor: { in: 'doorDenial', node: 'if', mentions: ['isJson'] },
    operator: 'condition-false',
    test: testIn(callersTest, 'denies and logs'),
  },
  {
    claim: 'a guard on TCP requires a secret',
    file: startGuard,
    anchor: { in: 'startGuard', node: 'if', mentions: ['denial'] },
    operator: 'condition-false',
    test: testIn(callersTest, 'does not listen on TCP'),
  },
  {
    claim: 'the bodies of all connections together are bounded',
    file: 'gateway/src/guard/byteBudget.ts',
    anchor: { in: 'withBytes', node: 'if', mentions: ['take'] },
    operator: 'condition-false',
    test: testIn('gateway/src/guard/byteBudget.test.ts'),
  },
  {
    claim: 'connections to the guard are bounded',
    file: startGuard,
    anchor: { in: 'boundedServer', node: 'statement', mentions: ['maxConnections'] },
    operator: 'drop-statement',
    test: testIn(callersTest, 'keeps no more connections'),
  },
]);
