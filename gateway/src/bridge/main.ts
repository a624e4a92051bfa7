import { setFlagsFromString } from 'node:v8';
import { lines } from '../upstream/framing/lines.ts';
import { Bridge } from './bridge.ts';
import { findConnection, NoConnectionError } from './findConnection.ts';
import { Link } from './link.ts';

/** Calls that are under way when the application closes stdin are waited for, but not forever; milliseconds. */
const patienceMs = 10_000;

/**
 * `lmcp stdio`: for applications that start a command only. Loads nothing of the gateway.
 * @param args of the command line, from `stdio` on
 */
export async function runBridge(args: readonly string[]): Promise<void> {
  // It waits for others nearly all of its time: optimized code would cost more memory than it saves time.
  for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);
  const find = (): ReturnType<typeof findConnection> => findConnection(process.argv[1] ?? '', args);
  const found = await find().catch((error: unknown) => {
    if (!(error instanceof NoConnectionError)) throw error;
    process.exitCode = error.exitCode;
    return undefined;
  });
  if (found === undefined) return;
  const bridge = new Bridge(new Link(found, find), (line) => void process.stdout.write(line));
  const reader = lines.reader(
    {
      message: (text) => bridge.receive(text),
      oversized: () => undefined,
      flooded: () => undefined,
    },
    { message: Infinity, discarded: Infinity },
  );
  const end = async (): Promise<void> => {
    await bridge.close();
    process.exit();
  };
  process.stdin.on('data', (chunk: Buffer) => reader.push(chunk));
  process.stdin.once('end', () => {
    reader.end();
    const waited = new Promise((resolve) => setTimeout(resolve, patienceMs));
    void Promise.race([bridge.settled(), waited]).then(end);
  });
  // The application is gone.
  process.stdout.once('error', () => process.exit(1));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());
}
