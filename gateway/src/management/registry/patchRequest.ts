import { isPlainObject } from '../../registry/schema/section.ts';
import { ApiError } from '../route.ts';
import type { PatchRequest } from '../../api/types.ts';

/**
 * The patch of a `PatchRequest`.
 * @throws ApiError 400 `invalid_patch` where the body is not one
 */
export function patchOf(body: unknown): PatchRequest['patch'] {
  const others = isPlainObject(body) ? Object.keys(body).filter((key) => key !== 'patch') : [];
  if (isPlainObject(body) && isPlainObject(body['patch']) && others.length === 0) return body['patch'];
  throw new ApiError(
    400,
    'invalid_patch',
    'the body must be {"patch": {…}} with keys of the registry, as {"patch": {"clients": {"codex": {"allow_servers": ["time"]}}}}',
  );
}
