import { createPublicKey } from 'node:crypto';
import { messageOf } from '../../../errors.ts';
import type { ImageSignature } from '../../../registry/types.ts';
import type { FoundSignature } from './foundSignatures.ts';

/** Says why a signature does not count; undefined where it does. */
export type Judge = (found: FoundSignature) => string | undefined;

/** Loads Sigstore's code, which most gateways never need. @throws Error where the trust root is none */
export async function judgeOf(wanted: ImageSignature): Promise<Judge> {
  const { toSignedEntity, toTrustMaterial, Verifier } = await import('@sigstore/verify');
  if (wanted.kind === 'key') {
    const publicKey = { publicKey: createPublicKey(wanted.key), validFor: () => true };
    const nobody = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
    const verifier = new Verifier(
      { ...nobody, publicKey: () => publicKey },
      { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
    );
    // The key alone is asked: what else vouches for the signature does not count.
    const key = { $case: 'public-key', hint: '' } as const;
    return judged(({ bundle, signed }) => {
      verifier.verify({ ...toSignedEntity(bundle, signed), key, tlogEntries: [], timestamps: [] });
    });
  }
  const { TrustedRoot } = await import('@sigstore/protobuf-specs');
  const root = TrustedRoot.fromJSON(JSON.parse(wanted.trustRoot));
  const verifier = new Verifier(toTrustMaterial(root));
  return judged(({ bundle, signed }) => {
    const { identity } = verifier.verify(toSignedEntity(bundle, signed));
    // Compared here: the verifier would read what the registry says as a pattern.
    const issuer = identity?.extensions?.issuer;
    if (identity?.subjectAlternativeName !== wanted.identity)
      throw new Error(`its signature is by ${identity?.subjectAlternativeName ?? 'an unnamed identity'}`);
    if (issuer !== wanted.issuer) throw new Error(`the issuer of its identity is ${issuer ?? 'not named'}`);
  });
}

function judged(verify: (found: FoundSignature) => void): Judge {
  return (found) => {
    try {
      verify(found);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
}
