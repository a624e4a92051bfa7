import { isRecord } from '../../../json/isRecord.ts';
type Params = Readonly<Record<string, unknown>>;

/**
 * The params as they go upstream. Callers choose their progress tokens themselves, so two of them may choose the same:
 * a caller's token never travels on. It is replaced by one of ours, or left out where nobody listens.
 */
export function withOwnProgressToken(
  params: Params | undefined,
  token: number | undefined,
): Params | undefined {
  const meta = params?.['_meta'];
  const given = isRecord(meta) ? meta : undefined;
  if (token !== undefined) return { ...params, _meta: { ...given, progressToken: token } };
  if (!given || !Object.hasOwn(given, 'progressToken')) return params;
  const { progressToken: _callers, ...rest } = given;
  return { ...params, _meta: rest };
}
