import type { Defence, TestChoice } from '../defence.ts';

const unit = (file: string, name?: string): TestChoice => ({
  project: 'unit',
  file: `gateway/src/${file}`,
  ...(name !== undefined && { name }),
});

const checkCreate = 'gateway/src/guard/checkCreate.ts';
const createRequest = 'gateway/src/upstream/container/createRequest.ts';
const spec = 'gateway/src/registry/container/spec.ts';
const mounts = 'gateway/src/registry/container/mounts.ts';
const fields = 'gateway/src/registry/container/fields.ts';
const flags = 'gateway/src/registry/container/dockerFlags.ts';
const sources = 'gateway/src/guard/mountSources.ts';
const routes = 'gateway/src/guard/routes.ts';
const guard = 'gateway/src/guard/guardServer.ts';
const creations = 'gateway/src/guard/creations.ts';
const rules = 'gateway/src/guard/rules.ts';
const guardTest = (name: string): TestChoice => unit('guard/startGuard.test.ts', name);
const createTest = (name: string): TestChoice => unit('guard/checkCreate.test.ts', name);
const imageEntry = (name: string): TestChoice => unit('registry/container/imageEntry.test.ts', name);
const dockerRun = (name: string): TestChoice => unit('registry/container/dockerRun.test.ts', name);
const requestTest = (name: string): TestChoice => unit('upstream/container/createRequest.test.ts', name);

/** A key of the create body whose value the guard no longer looks at. */
const unlooked = (against: string, key: string, check: string, test = `HostConfig.${key}`): Defence => ({
  against: `${against}, past the guard`,
  file: checkCreate,
  code: `${key}: ${check},`,
  without: `${key}: () => undefined,`,
  test: createTest(test),
});

/** What the guard lets be created. */
const creation: readonly Defence[] = [
  unlooked('a privileged container', 'Privileged', 'exactly(false)'),
  unlooked("the host's processes", 'PidMode', "exactly('')"),
  unlooked("the host's shared memory", 'IpcMode', "exactly('private')"),
  unlooked("the host's name", 'UTSMode', "exactly('')"),
  unlooked("the host's users", 'UsernsMode', "exactly('')"),
  unlooked("the host's control groups", 'CgroupnsMode', "exactly('private')"),
  unlooked("the host's network", 'NetworkMode', '(value) => networkRefusal(value, rules)'),
  unlooked('capabilities that are not dropped', 'CapDrop', "exactly(['ALL'])"),
  unlooked('capabilities that are added', 'CapAdd', 'listOf(byField(fields.capability))'),
  unlooked('profiles that are switched off', 'SecurityOpt', "exactly(['no-new-privileges:true'])"),
  unlooked('memory without a limit', 'Memory', 'upTo(rules.maxMemory)'),
  unlooked('swap without a limit', 'MemorySwap', 'upTo(rules.maxMemory)'),
  unlooked('processors without a limit', 'CpuQuota', 'upTo(rules.maxCpus * 100_000)'),
  unlooked('processes without a limit', 'PidsLimit', 'upTo(rules.maxPids)'),
  unlooked('a container that is never killed for its memory', 'OomKillDisable', 'exactly(false)'),
  unlooked('a container that stays', 'AutoRemove', 'exactly(true)'),
  unlooked(
    'a container that starts by itself',
    'RestartPolicy',
    "exactly({ Name: 'no', MaximumRetryCount: 0 })",
  ),
  unlooked('a log that goes elsewhere', 'LogConfig', "exactly({ Type: 'none', Config: {} })"),
  unlooked('published ports', 'PublishAllPorts', 'exactly(false)'),
  unlooked('memory file systems with set-uid programs', 'Tmpfs', 'tmpfsRefusal'),
  {
    against: 'devices, binds and every other key that the guard does not know',
    file: checkCreate,
    code: `if (!Object.hasOwn(shape.required, key) && !Object.hasOwn(shape.optional, key))
        return \`\${key} is not allowed\`;`,
    without: 'void key;',
    test: createTest('refuses HostConfig.Devices'),
  },
  {
    against: 'keys in another case, which the engine would take',
    file: checkCreate,
    code: '!Object.hasOwn(shape.required, key) && !Object.hasOwn(shape.optional, key)',
    without:
      '![shape.required, shape.optional].some((keys) => Object.keys(keys).some((one) => one.toLowerCase() === key.toLowerCase()))',
    test: createTest('HostConfig.PRIVILEGED'),
  },
  {
    against: 'a confinement that is left out',
    file: checkCreate,
    code: 'if (!Object.hasOwn(value, key)) return `${key} is missing`;',
    without: 'if (!Object.hasOwn(value, key)) continue;',
    test: createTest('any one key of the confinement is missing'),
  },
  {
    against: 'a mount that spreads to the host',
    file: checkCreate,
    code: "const propagation = exactly({ Propagation: 'rprivate' });",
    without: 'const propagation: Check = () => undefined;',
    test: createTest('refuses a mount with'),
  },
  {
    against: 'relative mount sources',
    file: checkCreate,
    code: "typeof value === 'string' && value.startsWith('/') && !value.includes('\\0')",
    without: "typeof value === 'string'",
    test: createTest('refuses a mount with'),
  },
  {
    against: "somebody else's volumes",
    file: checkCreate,
    code: '(value.startsWith(own) || volumes.includes(value))',
    without: '(value.startsWith(own) || volumes.length > 0)',
    test: createTest('refuses a mount with'),
  },
  {
    against: 'caches of an installation whose name begins alike',
    file: 'gateway/src/registry/container/installation.ts',
    code: 'return `lmcp-cache-${instance}.`;',
    without: 'return `lmcp-cache-${instance}`;',
    test: createTest('own caches be mounted'),
  },
  {
    against: "another installation's label",
    file: checkCreate,
    code: '[containerLabel.instance]: exactly(instance),',
    without: '[containerLabel.instance]: word,',
    test: createTest('another installation’s label'),
  },
  {
    against: 'a container under a name that is not the installation’s',
    file: checkCreate,
    code: 'name === undefined || !name.startsWith(prefix) ||',
    without: 'name === undefined || prefix === undefined ||',
    test: createTest('another installation’s label, further labels and another name'),
  },
];

/** What the guard lets be mounted. */
const mounting: readonly Defence[] = [
  {
    against: 'links that lead out of a root, past the guard',
    file: sources,
    code: 'const source = await realpath(mount.Source).catch(() => undefined);',
    without: 'const source = (await realpath(mount.Source).catch(() => undefined)) && mount.Source;',
    test: unit('guard/mountSources.test.ts', 'judges the real path'),
  },
  {
    against: 'a link that is put in the way after it was looked at',
    file: sources,
    code: 'mounts.push({ ...mount, Source: source });',
    without: 'mounts.push(mount);',
    test: unit('guard/mountSources.test.ts', 'judges the real path'),
  },
  {
    against: 'writing to a root that may be read only',
    file: sources,
    code: "return readOnly ? undefined : 'it lies under a root that the guard lets be read only';",
    without: 'return undefined;',
    test: unit('guard/mountSources.test.ts', 'lets a read-only root be read'),
  },
  {
    against: 'folders below a writable root, where a server could have put a link',
    file: sources,
    code: 'if (rules.writableRoots.includes(source)) return undefined;',
    without: 'if (rules.writableRoots.some((root) => lies(source, root))) return undefined;',
    test: unit('guard/mountSources.test.ts', 'lets a writable root itself be mounted'),
  },
  {
    against: 'roots that lie in each other',
    file: rules,
    code: 'lies(root, other) || lies(other, root)',
    without: 'lies(root, other)',
    test: unit('guard/mountSources.test.ts', 'accepts no roots that lie in each other'),
  },
  {
    against: 'folders whose name only begins like a root',
    file: rules,
    code: 'return path === root || path.startsWith(`${root}/`);',
    without: 'return path.startsWith(root);',
    test: unit('guard/mountSources.test.ts', 'refuses /srv/files2'),
  },
  {
    against: 'forbidden trees under a root',
    file: sources,
    code: '  if (refusal !== undefined) return refusal;\n  if (rules.writableRoots',
    without: '  if (rules.writableRoots',
    test: unit('guard/mountSources.test.ts', 'even where a root is the whole of a forbidden tree'),
  },
  {
    against: 'sockets of the engine and the guard under a root',
    file: rules,
    code: 'forbidden: [...rules.forbidden, ...sockets]',
    without: 'forbidden: rules.forbidden.slice(sockets.length * 0)',
    test: unit('guard/rules.test.ts', 'never lets the engine’s socket be mounted'),
  },
  {
    against: 'a network of the host in the rules of the guard',
    file: rules,
    code: "rules.networks.some((name) => name === 'host' || name.startsWith('container:'))",
    without: "rules.networks.includes('')",
    test: unit('guard/rules.test.ts', 'names every mistake'),
  },
  {
    against: 'a volume that binds a folder by its options',
    file: sources,
    code: "if (binds || type === 'none' || device?.startsWith('/') === true) {",
    without: "if (type === 'none') {",
    test: unit('guard/mountSources.test.ts', 'refuses the options'),
  },
  {
    against: 'volumes that nobody asks the engine about',
    file: creations,
    code: '    await this.#plainVolumes(real.body);\n',
    without: '',
    test: guardTest('folder of the host in disguise'),
  },
];

/** Which calls the guard lets through. */
const calls: readonly Defence[] = [
  {
    against: 'calls that no gateway makes',
    file: routes,
    code: "const action = container && containerActions[`${method} ${container[2] ?? ''}`];",
    without: `const action =
    container &&
    (containerActions[\`\${method} \${container[2] ?? ''}\`] ?? {
      method: 'POST' as const,
      suffix: () => \`/\${container[2] ?? ''}\`,
    });`,
    test: unit('guard/routes.test.ts', 'knows no POST'),
  },
  {
    against: 'an image from an address',
    file: routes,
    code: "query.has('fromSrc') || ",
    without: '',
    test: unit('guard/routes.test.ts', 'knows no POST /images/create?fromSrc=-'),
  },
  {
    against: 'fetching images where that is forbidden',
    file: routes,
    code: "path === '/images/create' && rules.pull ?",
    without: "path === '/images/create' ?",
    test: unit('guard/routes.test.ts', 'knows no pull where its rules forbid it'),
  },
  {
    against: 'lists of all containers',
    file: routes,
    code: '/containers/json?all=true&filters=${filters({ label, name: [`^/${containerNamePrefix(instance)}`] })}',
    without: '/containers/json?all=true${label.length === 0 ? instance : ""}',
    test: unit('guard/routes.test.ts', 'makes lists and events'),
  },
  {
    against: 'events of all containers',
    file: routes,
    code: 'filters(ends)}',
    without: 'filters({ ...ends, label: [] })}',
    test: unit('guard/routes.test.ts', 'makes lists and events'),
  },
  {
    against: 'a stop that waits for ever',
    file: routes,
    code: 'Number.isInteger(value) && value >= 0 && value <= 60 ? value : 2',
    without: 'value',
    test: unit('guard/routes.test.ts', 'takes over no parameter that it does not know'),
  },
  {
    against: 'names of images that lead out of their path',
    file: routes,
    code: ' && !/(^|\\/)\\.{1,2}(\\/|$)|\\/\\//.test(image)',
    without: '',
    test: unit('guard/routes.test.ts', 'a reference that is a path'),
  },
  {
    against: 'create bodies that were not checked',
    file: creations,
    code: 'if (!verdict.ok) throw new Refusal(`the container may not be created: ${verdict.reason}`);',
    without: '',
    test: guardTest('what is refused never reaches the engine'),
  },
  {
    against: 'a body without end, past the guard',
    file: 'gateway/src/guard/body.ts',
    code: "if (size > largestBody) throw new Refusal('the create body is larger than 1 MiB');",
    without: '',
    test: guardTest('a body above 1 MiB'),
  },
  {
    against: "containers that carry the label alone, under the guard's hand",
    file: guard,
    code: 'if (labelled && found.Name.startsWith(`/${containerNamePrefix(instance)}`)) return found.Id;',
    without: 'if (labelled) return found.Id;',
    test: guardTest('only its own containers are touched'),
  },
  {
    against: "containers that carry the name alone, under the guard's hand",
    file: guard,
    code: 'if (labelled && found.Name.startsWith(`/${containerNamePrefix(instance)}`)) return found.Id;',
    without: 'if (found.Name.startsWith(`/${containerNamePrefix(instance)}`)) return found.Id;',
    test: guardTest('only its own containers are touched'),
  },
  {
    against: 'more containers than the rules allow',
    file: creations,
    code: '      await this.#roomForOneMore();\n',
    without: '',
    test: guardTest('no more containers than its rules allow'),
  },
  {
    against: 'more containers than the rules allow, asked for at once',
    file: creations,
    code: 'const turn = this.#last.then(async () => {',
    without: 'const turn = Promise.resolve().then(async () => {',
    test: guardTest('no more containers than its rules allow'),
  },
  {
    against: 'a container without limits, on an engine that has none, past the guard',
    file: creations,
    code: '    await this.#heldToLimits();\n',
    without: '',
    test: guardTest('is given no container'),
  },
  {
    against: 'a gateway that learns of the machine what the engine tells',
    file: guard,
    code: "JSON.stringify(asInfo(engineLimits(await this.#engine.json('/info'))))",
    without: "JSON.stringify(await this.#engine.json('/info'))",
    test: guardTest('of all that the engine tells of its machine'),
  },
  {
    against: 'a tunnel to any call of the engine',
    file: guard,
    code: "if (to.kind !== 'container' || !to.attach) throw new Refusal('only attach may be upgraded');",
    without: "if (to.kind !== 'container') throw new Refusal('only attach may be upgraded');",
    test: guardTest('nothing but attach is upgraded'),
  },
  {
    against: 'an engine that understands a body otherwise',
    file: 'gateway/src/upstream/container/apiVersion.ts',
    code: "Math.min(Number(String(theirs).split('.')[1]), newestApi)",
    without: "Math.max(Number(String(theirs).split('.')[1]), newestApi)",
    test: guardTest('the engine is asked in a version whose meaning is known'),
  },
  {
    against: 'words of a gateway in the terminal of the guard',
    file: guard,
    code: '${printable(message)}',
    without: '${message}',
    test: guardTest('steers no terminal'),
  },
];

/** How a container is created. */
const hardening: readonly Defence[] = [
  {
    against: 'capabilities that a server does not need',
    file: createRequest,
    code: "CapDrop: ['ALL'],",
    without: 'CapDrop: [] as never,',
    test: requestTest('confines every container'),
  },
  {
    against: 'set-uid programs of an image',
    file: createRequest,
    code: "SecurityOpt: ['no-new-privileges:true'],",
    without: 'SecurityOpt: [] as never,',
    test: requestTest('confines every container'),
  },
  {
    against: 'swap on top of the memory',
    file: createRequest,
    code: 'MemorySwap: spec.memory,',
    without: 'MemorySwap: -1,',
    test: requestTest('confines every container'),
  },
  {
    against: 'a fork bomb',
    file: createRequest,
    code: 'PidsLimit: spec.pidsLimit,',
    without: 'PidsLimit: 0,',
    test: requestTest('confines every container'),
  },
  {
    against: 'a control group of the host on older engines',
    file: createRequest,
    code: "CgroupnsMode: 'private',",
    without: "CgroupnsMode: '' as never,",
    test: createTest('lets through every container'),
  },
  {
    against: 'an image whose user is root',
    file: createRequest,
    code: "if (spec.rootUser === 'keep' || !isRootUser(image.user)) return { replaced: false };",
    without: 'if (nobody !== image.user) return { replaced: false };',
    test: requestTest('makes an image’s root nobody'),
  },
  {
    against: 'root by its number',
    file: fields,
    code: "return name === '' || name === 'root' || /^0+$/.test(name);",
    without: "return name === '' || name === 'root';",
    test: requestTest('makes an image’s root nobody'),
  },
  {
    against: 'places on the host’s disk that an image declares',
    file: createRequest,
    code: 'Mounts: [...spec.mounts.map(engineMount), ...declaredVolumes(spec, image)],',
    without: 'Mounts: [...spec.mounts.map(engineMount), ...declaredVolumes(spec, image).slice(1)],',
    test: requestTest('turns volumes that the image declares into memory'),
  },
  {
    against: 'values of variables in a label',
    file: createRequest,
    code: 'JSON.stringify([shown, [...spec.env.keys()]])',
    without: 'JSON.stringify([shown, [...spec.env]])',
    test: requestTest('a variable’s value is no part of it'),
  },
  {
    against: 'a network that was not asked for',
    file: spec,
    code: "draft.network ?? (asDocker ? 'bridge' : 'none')",
    without: "draft.network ?? 'bridge'",
    test: imageEntry('gives an image alone the full hardening'),
  },
  {
    against: 'a writable root file system that was not asked for',
    file: spec,
    code: 'const readOnly = draft.readOnly ?? !asDocker;',
    without: 'const readOnly = draft.readOnly ?? false;',
    test: imageEntry('gives an image alone the full hardening'),
  },
  {
    against: 'a loosened container that nobody is told of',
    file: spec,
    code: "if (!spec.readOnly) words.push('its root file system is writable');",
    without: '',
    test: imageEntry('says in words what is loosened'),
  },
  {
    against: 'set-uid programs in memory file systems',
    file: fields,
    code: "return [...options, ...tmpfsDefaults.kept].join(',');",
    without: "return [...options].join(',');",
    test: imageEntry('gives an image alone the full hardening'),
  },
  {
    against: 'mounts that may be written without a word',
    file: 'gateway/src/registry/container/imageEntry.ts',
    code: "item['read_only'] === undefined ? true :",
    without: "item['read_only'] === undefined ? false :",
    test: imageEntry('reads every field'),
  },
];

/** What the registry may ask for. */
const asking: readonly Defence[] = [
  {
    against: 'mounting what may not be mounted',
    file: mounts,
    code: 'const refusal = mountRefusal(source);',
    without: 'const refusal = undefined as string | undefined;',
    test: imageEntry('mounts no'),
  },
  {
    against: 'an engine’s socket wherever it lies',
    file: mounts,
    code: 'if (/(^|\\/)((docker|containerd|podman)\\.sock|\\.docker(\\/.*)?)$/.test(source)) {',
    without: "if (source === '/var/run/docker.sock') {",
    test: imageEntry('mounts no /home/me/.docker'),
  },
  {
    against: 'a folder around one that may not be mounted',
    file: mounts,
    code: 'const tree = hostTrees.find((root) => contains(root, source) || contains(source, root));',
    without: 'const tree = hostTrees.find((root) => contains(root, source));',
    test: imageEntry('mounts no /var'),
  },
  {
    against: 'a folder within one that may not be mounted',
    file: mounts,
    code: 'const tree = hostTrees.find((root) => contains(root, source) || contains(source, root));',
    without: 'const tree = hostTrees.find((root) => contains(source, root));',
    test: imageEntry('mounts no /etc/passwd'),
  },
  {
    against: "the gateway's own folders and those around them",
    file: mounts,
    code: 'const own = forbidden.find((root) => contains(root, source) || contains(source, root));',
    without: 'const own = forbidden.find((root) => root === source);',
    test: unit('upstream/container/mountSources.test.ts', 'refuses'),
  },
  {
    against: 'mount sources written with ..',
    file: mounts,
    code: "if (part === '..') parts.pop();\n    else if",
    without: 'if',
    test: imageEntry('never gives a mount below a forbidden tree'),
  },
  {
    against: 'mounts over the kernel’s own folders',
    file: mounts,
    code: "const reserved = ['/proc', '/sys', '/dev'].find((tree) => contains(tree, path.value));",
    without: "const reserved = ['/proc', '/sys', '/dev'].find((tree) => tree === path.value);",
    test: createTest('refuses a mount with'),
  },
  {
    against: 'links in mount sources',
    file: 'gateway/src/upstream/container/mountSources.ts',
    code: 'return await realpath(mount.source);',
    without: 'return (await realpath(mount.source)) && mount.source;',
    test: unit('upstream/container/mountSources.test.ts', 'refuses /srv/escape'),
  },
  {
    against: 'paths of the host in what clients read',
    file: 'gateway/src/upstream/container/mountSources.ts',
    code: "return new UpstreamError('start_failed', message, detail);",
    without: "return new UpstreamError('start_failed', `${message} ${detail}`, detail);",
    test: unit('upstream/container/mountSources.test.ts', 'refuses /srv/gone'),
  },
  {
    against: 'a network that is not the container’s own',
    file: fields,
    code: "if (written === 'host' || (typeof written === 'string' && written.startsWith('container:'))) {",
    without: "if (typeof written === 'string' && written.startsWith('container:')) {",
    test: imageEntry('reports every problem at once'),
  },
  {
    against: 'capabilities that reach beyond the container',
    file: fields,
    code: 'if (grantableCapabilities.has(name)) return { value: name };',
    without: "if (name !== '') return { value: name };",
    test: imageEntry('reports every problem at once'),
  },
  {
    against: 'processes without a limit',
    file: fields,
    code: 'Number.isInteger(count) && count >= 1 && count <= 65_536',
    without: 'Number.isInteger(count) && count <= 65_536',
    test: imageEntry('reports every problem at once'),
  },
  {
    against: 'flags of docker run that are not understood',
    file: 'gateway/src/registry/container/dockerRun.ts',
    code: '      const known = refusedFlags.get(shown);\n      this.#problem(',
    without:
      '      const known = refusedFlags.get(shown);\n      if (known === undefined) return;\n      this.#problem(',
    test: dockerRun('names a flag it has never heard of'),
  },
  {
    against: 'flags of docker run that give power over the machine',
    file: 'gateway/src/registry/container/dockerRun.ts',
    code: '      const known = refusedFlags.get(shown);\n      this.#problem(',
    without:
      '      const known = refusedFlags.get(shown);\n      if (known !== undefined) return;\n      this.#problem(',
    test: dockerRun('refuses --privileged'),
  },
  {
    against: 'profiles that docker run switches off',
    file: flags,
    code: '/^no-new-privileges([:=]true)?$/.test(written)',
    without: "/^no-new-privileges([:=]true)?$/.test(written) || written.includes('=unconfined')",
    test: dockerRun('refuses --security-opt'),
  },
  {
    against: 'options of a mount that are not understood',
    file: flags,
    code: 'const name = Object.hasOwn(mountKeys, key) ? mountKeys[key] : undefined;\n      if (name === undefined) {',
    without:
      'const name = Object.hasOwn(mountKeys, key) ? mountKeys[key] : undefined;\n      if (name === undefined) continue;\n      if (name === undefined) {',
    test: dockerRun('refuses --mount type=bind,src=/srv,dst=/x,bind-propagation=shared'),
  },
  {
    against: 'values of docker run -e where the registry is shown',
    file: 'gateway/src/registry/container/dockerSecrets.ts',
    code: "return typeof before === 'string' && flagBefore.test(before)",
    without: "return before === '--env'",
    test: unit('registry/container/dockerSecrets.test.ts'),
  },
];

/** How a container runs, and ends. */
const running: readonly Defence[] = [
  {
    against: 'a server without limits, on an engine that has none',
    file: 'gateway/src/upstream/container/openContainer.ts',
    code: 'if (missing !== undefined) throw limitsMissing(server, missing);',
    without: '',
    test: unit('upstream/container/openContainer.test.ts', 'gets no container'),
  },
  {
    against: 'an engine that says nothing of its limits',
    file: 'gateway/src/upstream/container/engineLimits.ts',
    code: "memory: said['MemoryLimit'] === true,",
    without: "memory: said['MemoryLimit'] !== false,",
    test: unit('upstream/container/engineLimits.test.ts'),
  },
  {
    against: 'fetching an image where that is forbidden',
    file: 'gateway/src/upstream/container/openContainer.ts',
    code: "if (pull === 'never') throw missingImage(server);",
    without: '',
    test: unit('upstream/container/openContainer.test.ts', 'fetches no image where that is forbidden'),
  },
  {
    against: 'a container that stays where its start failed',
    file: 'gateway/src/upstream/container/openContainer.ts',
    code: 'await (channel ? channel.discard() : engine.remove(id).catch(() => undefined));',
    without: 'void channel;',
    test: unit('upstream/container/openContainer.test.ts', 'leaves nothing behind'),
  },
  {
    against: 'a server that starts after it was stopped',
    file: 'gateway/src/upstream/container/openContainer.ts',
    code: '    throwIfStopped(server, signal);\n    await engine.start(id);\n    throwIfStopped(server, signal);',
    without: '    void signal;\n    await engine.start(id);',
    test: unit('upstream/container/openContainer.test.ts', 'starts nothing once it is to stop'),
  },
  {
    against: 'containers that an engine makes after their gateway was killed and the next one has cleared up',
    file: 'gateway/src/assembly/containerRuntime.ts',
    code: 'await removeLeftovers(isOfThisRun);',
    without: '',
    test: {
      project: 'e2e',
      file: 'e2e/leftovers.docker.test.ts',
      name: 'was still making when its gateway was killed',
    },
  },
  {
    against: 'a later look for leftovers that takes what this run has made',
    file: 'gateway/src/upstream/container/sweep.ts',
    code: 'found.filter(({ name }) => !spared(name))',
    without: 'found.filter(({ name }) => name !== undefined || spared(name))',
    test: unit('upstream/container/dockerEngine.test.ts', 'a later sweep spares'),
  },
  {
    against: 'sweeping what only carries the label',
    file: 'gateway/src/upstream/container/dockerEngine.ts',
    code: 'names.find((one) => one.startsWith(prefix))?.slice(1)',
    without: 'names.find((one) => one.startsWith(prefix.slice(0, 1)))?.slice(1)',
    test: unit('upstream/container/dockerEngine.test.ts', 'sweeps what has'),
  },
  {
    against: 'sweeping what is of another installation',
    file: 'gateway/src/upstream/container/dockerEngine.ts',
    code: 'docker.listContainers({ all: true, filters })',
    without: 'docker.listContainers({ all: true, ...(filters && {}) })',
    test: unit('upstream/container/dockerEngine.test.ts', 'sweeps what has'),
  },
  {
    against: 'variables of a container in an address',
    file: 'gateway/src/upstream/container/dockerEngine.ts',
    code: '{ _query: { name }, _body: request }',
    without: '{ name, ...request }',
    test: unit('upstream/container/dockerEngine.test.ts', 'says nothing of a container’s variables'),
  },
  {
    against: 'a fork bomb that sits at its limit',
    file: 'gateway/src/upstream/container/processLimit.ts',
    code: 'if (count >= this.#limit) {',
    without: 'if (count > this.#limit) {',
    test: unit('upstream/container/processLimit.test.ts'),
  },
  {
    against: 'bytes of stderr taken for messages',
    file: 'gateway/src/upstream/container/demultiplexer.ts',
    code: 'this.#isStderr = stream === stderrStream;',
    without: 'this.#isStderr = false;',
    test: unit('upstream/container/demultiplexer.test.ts', 'gives each stream its bytes in order'),
  },
  {
    against: 'a payload that runs over its length',
    file: 'gateway/src/upstream/container/demultiplexer.ts',
    code: 'const end = Math.min(at + this.#payloadLeft, chunk.length);',
    without: 'const end = chunk.length;',
    test: unit('upstream/container/demultiplexer.test.ts', 'gives each stream its bytes in order'),
  },
  {
    against: 'a stream that is no container’s',
    file: 'gateway/src/upstream/container/demultiplexer.ts',
    code: 'if (this.#headerBytes === headerSize && !this.#startPayload()) return false;',
    without: 'if (this.#headerBytes === headerSize) this.#startPayload();',
    test: unit('upstream/container/openContainer.test.ts', 'a stream that is no container’s'),
  },
];

export const containerDefences: readonly Defence[] = [
  ...creation,
  ...mounting,
  ...calls,
  ...hardening,
  ...asking,
  ...running,
];
