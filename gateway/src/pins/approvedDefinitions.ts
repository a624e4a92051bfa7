import { hash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../fs/replaceFile.ts';
import { parseLossless } from '../json/lossless.ts';
import type { Tool } from '../catalog/tools.ts';
import { isRecord } from '../json/isRecord.ts';

/** A tool's approved definition, and the one approved before it. */
export interface ApprovedTool {
  readonly approved: Tool;
  readonly before: Tool | null;
}

type Kept = ReadonlyMap<string, ApprovedTool>;

const tool = z.custom<Tool>((value) => isRecord(value) && typeof value['name'] === 'string');
/** A list of pairs, since tool names are not safe as keys. */
const schema = z.strictObject({
  version: z.literal(1),
  tools: z.array(z.tuple([z.string(), z.strictObject({ approved: tool, before: tool.nullable() })])),
});

/**
 * The text of approved definitions, for comparing changes and revoking an approval: a file per server in a folder beside the
 * registry (0600, 0700). It decides nothing: approvals are stored as digests.
 */
export class ApprovedDefinitions {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** By tool name; empty if nothing is stored or the file can't be read. */
  async of(serverId: string): Promise<Kept> {
    try {
      const { tools } = schema.parse(parseLossless(await readFile(this.#path(serverId), 'utf8')));
      return new Map(tools);
    } catch {
      return new Map();
    }
  }

  /** Stores these definitions as approved. @throws the file system's error; the old file is kept then */
  async keep(serverId: string, tools: readonly Tool[]): Promise<void> {
    if (tools.length === 0) return;
    const present = await this.of(serverId);
    const added = tools.map((one): [string, ApprovedTool] => [
      one.name,
      { approved: one, before: present.get(one.name)?.approved ?? null },
    ]);
    await this.#write(serverId, new Map([...present, ...added]));
  }

  /** Like `keep`, only for tools without a stored text: those approved before texts were stored. */
  async keepMissing(serverId: string, tools: readonly Tool[]): Promise<void> {
    const present = await this.of(serverId);
    await this.keep(
      serverId,
      tools.filter(({ name }) => !present.has(name)),
    );
  }

  /** Revokes the last approval of these tools. @throws like `keep` */
  async revoke(serverId: string, names: readonly string[]): Promise<void> {
    const kept = new Map(await this.of(serverId));
    for (const name of names) {
      const before = kept.get(name)?.before;
      if (before) kept.set(name, { approved: before, before: null });
      else kept.delete(name);
    }
    await this.#write(serverId, kept);
  }

  async forget(serverId: string): Promise<void> {
    await rm(this.#path(serverId), { force: true });
  }

  async #write(serverId: string, kept: Kept): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#path(serverId), `${JSON.stringify({ version: 1, tools: [...kept] })}\n`);
  }

  /** Server ids are not safe as file names. */
  #path(serverId: string): string {
    return join(this.#folder, `${hash('sha256', serverId).slice(0, 32)}.json`);
  }
}
