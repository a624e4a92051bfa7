import { resolveSpec } from '../../gateway/src/registry/container/spec.ts';
import { createRequest } from '../../gateway/src/upstream/container/docker/createRequest.ts';
import { fixtureImage } from '../harness/docker/containers.ts';

/** A create body as the gateway sends it, with other members. */
export function createBody(instance: string, change: object = {}, hostConfig: object = {}): object {
  const spec = resolveSpec({ image: fixtureImage, cpus: 1 }, 'hardened');
  const body = createRequest(spec, { user: '', volumes: [] }, { instance, server: 'x' });
  return { ...body, ...change, HostConfig: { ...body.HostConfig, ...hostConfig } };
}
