import * as fields from '../fields.ts';
import { mountSource } from '../mounts.ts';
import { setting, type DockerFlag, type DraftBuilder, type Remark } from './draft.ts';
import type { RunContext } from './runContext.ts';

function addMount(
  draft: DraftBuilder,
  context: RunContext,
  written: { source: string; target: string | undefined; readOnly: boolean },
): Remark | undefined {
  const source = mountSource(written.source, context.baseDir);
  if (!('value' in source)) return { ...source, message: `has a source that ${source.message}` };
  const target = fields.ownPath(written.target);
  if (!('value' in target)) return { ...target, message: `has a target that ${target.message}` };
  if (draft.mounts.some((mount) => mount.target === target.value)) {
    return { message: `puts a second thing at ${target.value}`, fix: 'give each mount a target of its own' };
  }
  draft.mounts.push({ ...source.value, target: target.value, readOnly: written.readOnly });
  return undefined;
}

/** `source:target[:options]` (Docker's short form). */
export const volume: DockerFlag = {
  takesValue: true,
  apply(written, draft, context) {
    const [source = '', target, options = '', ...more] = written.split(':');
    const known = options
      .split(',')
      .every((option) => ['', 'ro', 'rw', 'z', 'Z', 'consistent', 'cached', 'delegated'].includes(option));
    if (target === undefined || more.length > 0 || !known) {
      return { message: 'is not a mount', fix: 'write -v /host/folder:/folder:ro' };
    }
    const said = options.split(',');
    const wrong = addMount(draft, context, { source, target, readOnly: said.includes('ro') });
    if (wrong !== undefined || !said.some((option) => option.toLowerCase() === 'z')) return wrong;
    const fix = `with SELinux, label the folder once: chcon -R -t container_file_t ${source}`;
    return { isNote: true, message: 'has the option z, and no label of a folder is changed', fix };
  },
};

const mountKeys: Readonly<Record<string, 'type' | 'source' | 'target' | 'readOnly'>> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  dst: 'target',
  destination: 'target',
  readonly: 'readOnly',
  ro: 'readOnly',
};

/** `type=bind,source=…,target=…[,readonly]` (Docker's long form). */
export const mount: DockerFlag = {
  takesValue: true,
  apply(written, draft, context) {
    const said = new Map<string, string>();
    for (const part of written.split(',')) {
      const [key, value = 'true'] = fields.splitOnce(part, '=');
      const name = Object.hasOwn(mountKeys, key) ? mountKeys[key] : undefined;
      if (name === undefined) {
        return { message: `has the option ${key}, which is not understood here`, fix: mountFix };
      }
      said.set(name, value);
    }
    const type = said.get('type') ?? 'volume';
    if (type === 'tmpfs') {
      const field = fields.tmpfs(said.get('target'));
      if (!('value' in field)) return field;
      draft.tmpfs.set(field.value.path, field.value.options);
      return undefined;
    }
    const source = said.get('source');
    if (
      (type !== 'bind' && type !== 'volume') ||
      source === undefined ||
      source.startsWith('/') !== (type === 'bind')
    ) {
      return { message: 'is not a bind mount nor a named volume', fix: mountFix };
    }
    return addMount(draft, context, {
      source,
      target: said.get('target'),
      readOnly: ['true', '1'].includes(said.get('readOnly') ?? 'false'),
    });
  },
};
const mountFix = 'write --mount type=bind,source=/host/folder,target=/folder,readonly';

export const tmpfs = setting(fields.tmpfs, (draft, value) => void draft.tmpfs.set(value.path, value.options));
