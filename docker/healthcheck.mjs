// Exits 0 when the address given, else the gateway's own, answers 200. Fetching is all it needs: no curl in the image.
const [address = `http://127.0.0.1:${process.env.LMCP_PORT || 7345}/health`] = process.argv.slice(2);
try {
  const { status } = await fetch(address, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = status === 200 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
