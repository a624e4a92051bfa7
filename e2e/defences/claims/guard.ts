import type { Claim } from '../claim.ts';
import { keep, testIn } from './build.ts';

const checkCreate = 'gateway/src/guard/checkCreate.ts';
const checkCreateTest = 'gateway/src/guard/checkCreate.test.ts';
const sources = 'gateway/src/guard/mountSources.ts';
const sourcesTest = 'gateway/src/guard/mountSources.test.ts';
const routes = 'gateway/src/guard/routes.ts';
const routesTest = 'gateway/src/guard/routes.test.ts';
const rules = 'gateway/src/guard/rules.ts';
const guardTest = 'gateway/src/guard/startGuard.test.ts';

const guardServer = 'gateway/src/guard/guardServer.ts';
const creations = 'gateway/src/guard/creations.ts';

/** A key of the create body whose value the guard no longer checks. */
const checks = (claim: string, key: string, declaration = 'hostShape'): Omit<Claim, 'promise'> => ({
  claim,
  file: checkCreate,
  anchor: { in: declaration, node: 'property', name: key },
  operator: 'no-op',
  test: testIn(checkCreateTest, `refuses HostConfig.${key}`),
});

export const guardClaims: readonly Claim[] = keep('guard', [
  checks('a privileged container is refused', 'Privileged'),
  checks('the network of the host is refused by the guard', 'NetworkMode', 'hostShape.NetworkMode'),
  checks('capabilities that are not dropped are refused', 'CapDrop'),
  checks('added capabilities are checked', 'CapAdd'),
  checks('security profiles that are switched off are refused', 'SecurityOpt'),
  checks('processes without a limit are refused', 'PidsLimit'),
  {
    claim: 'keys that the guard does not know are refused',
    file: checkCreate,
    anchor: { in: 'fits', node: 'if', mentions: ['required', 'optional'] },
    operator: 'condition-false',
    test: testIn(checkCreateTest),
  },
  {
    claim: 'a missing part of the confinement is refused',
    file: checkCreate,
    anchor: { in: 'fits', node: 'if', mentions: ['hasOwn', 'value'] },
    operator: 'condition-false',
    test: testIn(checkCreateTest, 'any one key of the confinement is missing'),
  },
  {
    claim: 'a volume of another installation is refused',
    file: checkCreate,
    anchor: { in: 'volume', node: 'operand', mentions: ['volumes', 'includes'] },
    operator: { replace: true },
    test: testIn(checkCreateTest),
  },
  {
    claim: 'a mount that no root allows is refused',
    file: sources,
    anchor: { in: 'withRealSources', node: 'if', mentions: ['refusal'] },
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
    claim: 'a read-only root can not be written to',
    file: sources,
    anchor: { in: 'bindRefusal', node: 'ternary', mentions: ['readOnly'] },
    operator: 'condition-true',
    test: testIn(sourcesTest, 'lets a read-only root be read'),
  },
  {
    claim: 'forbidden trees below a root are refused',
    file: sources,
    anchor: { in: 'bindRefusal', node: 'if', mentions: ['refusal'] },
    operator: 'condition-false',
    test: testIn(sourcesTest, 'even where a root is the whole of a forbidden tree'),
  },
  {
    claim: 'a volume that binds a folder by its options is refused',
    file: sources,
    anchor: { in: 'volumeRefusal', node: 'if', mentions: ['binds'] },
    operator: 'condition-false',
    test: testIn(sourcesTest, 'refuses the options'),
  },
  {
    claim: "the guard's and the engine's sockets are never mounted",
    file: rules,
    anchor: { in: 'withSockets', node: 'element', mentions: ['sockets'] },
    operator: 'drop-element',
    test: testIn('gateway/src/guard/rules.test.ts', 'never lets the engine’s socket be mounted'),
  },
  {
    claim: 'an image from an address is refused',
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
    test: testIn(guardTest, 'what is refused never reaches the engine'),
  },
  {
    claim: 'volumes are looked up before a container is created',
    file: creations,
    anchor: { in: 'Creations.create', node: 'await', mentions: ['#plainVolumes'] },
    operator: 'drop-statement',
    test: testIn(guardTest, 'folder of the host in disguise'),
  },
  {
    claim: 'containers are bounded in number',
    file: creations,
    anchor: { in: 'Creations.create', node: 'await', mentions: ['#roomForOneMore'] },
    operator: 'drop-statement',
    test: testIn(guardTest, 'no more containers than its rules allow'),
  },
  {
    claim: 'a container of another label is not touched',
    file: guardServer,
    anchor: { in: 'GuardServer.#own', node: 'operand', mentions: ['labelled'] },
    operator: 'drop-operand',
    test: testIn(guardTest, 'only its own containers are touched'),
  },
  {
    claim: 'a container of another name is not touched',
    file: guardServer,
    anchor: { in: 'GuardServer.#own', node: 'operand', mentions: ['startsWith'] },
    operator: 'drop-operand',
    test: testIn(guardTest, 'only its own containers are touched'),
  },
  {
    claim: 'only attach is upgraded to a stream',
    file: guardServer,
    anchor: { in: 'GuardServer.upgrade', node: 'operand', mentions: ['attach'] },
    operator: 'drop-operand',
    test: testIn(guardTest, 'nothing but attach is upgraded'),
  },
  {
    claim: 'a create body without end is refused',
    file: 'gateway/src/guard/body.ts',
    anchor: { in: 'readBody', node: 'if', mentions: ['size'] },
    operator: 'condition-false',
    test: testIn(guardTest, 'a body above 1 MiB'),
  },
]);
