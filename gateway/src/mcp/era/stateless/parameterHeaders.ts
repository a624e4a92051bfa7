import { RpcCode } from '../../../errors.ts';
import { readHeaderValue } from '../../../upstream/rpc/modernEnvelope.ts';
import type { Mirrored } from '../../call/mirrored/mirroredArguments.ts';
import { RpcFailure } from '../../jsonrpc/rpcFailure.ts';

/** @throws RpcFailure −32020 if a header is missing, superfluous, or differs from its argument */
export function checkParameterHeaders(expected: Mirrored, given: ReadonlyMap<string, string>): void {
  for (const [name, value] of expected) {
    const header = given.get(name);
    const says = header === undefined ? undefined : readHeaderValue(header);
    if (says === value && (header === undefined) === (value === undefined)) continue;
    throw new RpcFailure(RpcCode.headerMismatch, `the header ${name} does not say what the arguments say`);
  }
}
