import { messageOf, UpstreamError } from '../../../errors.ts';
import type { ContainerServer } from '../../../registry/types.ts';
import { printable } from '../../../printable.ts';
import { foundSignatures } from './foundSignatures.ts';
import { imageName } from './imageName.ts';
import { RegistryClient } from './registryClient.ts';
import { judgeOf } from './signer.ts';

interface FetchedImage {
  /** Its names by digest in the registries that it was fetched from. */
  readonly digests: readonly string[];
}

/** The images of servers with `verify:`, each verified once in a run of the gateway. */
export class VerifiedImages {
  /** By image, digest and whose signature counts. */
  readonly #verified = new Set<string>();

  /**
   * The name by which a server's image is run: where its entry asks for a signature, by the digest that was signed.
   * @throws UpstreamError where no signature verifies
   */
  async nameOf(server: ContainerServer, { digests }: FetchedImage, signal: AbortSignal): Promise<string> {
    const { image, signature } = server.spec;
    if (signature === undefined) return image;
    const wanted = imageName(image);
    const known = digests
      .map((reference) => ({ reference, ...imageName(reference) }))
      .filter(
        ({ origin, repository, digest }) =>
          origin === wanted.origin &&
          repository === wanted.repository &&
          (wanted.digest === undefined || wanted.digest === digest),
      );
    if (known.length === 0)
      throw unverified(server, 'it was not fetched from a registry, so it has no digest');
    const reasons: string[] = [];
    for (const { reference, digest = '' } of known) {
      const key = JSON.stringify([reference, signature]);
      const reason = this.#verified.has(key) ? undefined : await whyNot(server, digest, signal);
      if (reason === undefined) {
        this.#verified.add(key);
        return reference;
      }
      reasons.push(`${digest}: ${reason}`);
    }
    throw unverified(server, reasons.join('; '));
  }
}

/** Undefined where a signature of the image counts. */
async function whyNot(
  { spec }: ContainerServer,
  digest: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (spec.signature === undefined) return undefined;
  try {
    const judge = await judgeOf(spec.signature);
    const found = await foundSignatures(new RegistryClient(imageName(spec.image), signal), digest);
    if (found.length === 0) return 'it has no signature';
    const reasons = found.map((one) =>
      one.imageDigest === digest ? judge(one) : `a signature is about ${one.imageDigest ?? 'something else'}`,
    );
    return reasons.includes(undefined) ? undefined : reasons.join('; ');
  } catch (error) {
    return `its signatures can’t be read: ${messageOf(error)}`;
  }
}

function unverified(server: ContainerServer, reason: string): UpstreamError {
  return new UpstreamError(
    'image_unverified',
    `Server "${server.id}" could not be started: no signature of its image verifies. Correct verify or cosign of servers.${server.id}, or use an image that its maker has signed.`,
    printable(`image ${server.spec.image}: ${reason}`),
  );
}
