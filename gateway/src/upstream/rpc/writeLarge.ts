import { writeInSlices } from '../../json/losslessWriter.ts';
import { Turns } from '../../turns.ts';

/** Slices of what is written for all clients, to servers and back: one client after the other, however many calls it has. */
const turns = new Turns();

/** The parts of a large JSON text, written in slices: the process answers others meanwhile. */
export function writeLarge(clientId: string, value: unknown): Promise<readonly string[]> {
  return writeInSlices(value, () => turns.next(clientId));
}
