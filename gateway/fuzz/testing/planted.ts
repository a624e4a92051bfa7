const [b, u, g, s] = Buffer.from('bugs');

/** A fault that blind bytes meet once in 2^32 tries, and a fuzzer that sees which branches are taken within seconds. */
export function fuzz(data: Buffer): void {
  if (data[0] !== b) return;
  if (data[1] !== u) return;
  if (data[2] !== g) return;
  if (data[3] !== s) return;
  throw new Error('the planted fault');
}
