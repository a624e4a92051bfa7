import { metaKeys } from '../../../upstream/rpc/modernEnvelope.ts';
import { isObject, own, type Params } from '../../jsonrpc/message.ts';

const envelope: ReadonlySet<string> = new Set(Object.values(metaKeys));

/** The params without members of the stateless era: its envelope, and the answers to an earlier `input_required`. */
export function withoutEnvelope(params: Params): Params {
  const { _meta: _envelope, inputResponses: _responses, requestState: _state, ...rest } = params;
  const meta = own(params, '_meta');
  if (!isObject(meta)) return rest;
  const kept = Object.entries(meta).filter(([key]) => !envelope.has(key));
  return kept.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(kept) };
}
