import { ForeignFileError } from '../connect/foreignFile.ts';
import {
  applicationFiles,
  applicationsHere,
  readApplicationFile,
  type ApplicationFile,
} from '../import/applicationFiles.ts';
import type { FoundServer } from '../import/found.ts';
import type { Source } from '../import/plan.ts';
import type { Registry } from '../registry/types.ts';
import { ApiError } from './apiError.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A file of an application, as it was read. */
export interface FoundConfiguration extends ApplicationFile {
  readonly servers: readonly FoundServer[];
  /** Why it was not read; null where it was. */
  readonly fault: string | null;
}

/** The files with MCP servers of the gateway's user; nothing of a project, since the gateway is in none. */
export async function foundConfigurations(env: Env): Promise<readonly FoundConfiguration[]> {
  const files = applicationsHere(env).flatMap((application) => applicationFiles(application, env, null));
  const read = await Promise.all(files.map((file) => configurationOf(file, env)));
  return read.filter(({ servers, fault }) => servers.length > 0 || fault !== null);
}

async function configurationOf(file: ApplicationFile, env: Env): Promise<FoundConfiguration> {
  try {
    const read = await readApplicationFile(file, env);
    return read.ok
      ? { ...file, servers: read.servers, fault: null }
      : { ...file, servers: [], fault: read.message };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!(error instanceof ForeignFileError) && code === undefined) throw error;
    return { ...file, servers: [], fault: code ?? message };
  }
}

/** The servers of these files as sources of an import, each for the client of its application. */
export function sourcesOf(found: readonly FoundConfiguration[], registry: Registry): readonly Source[] {
  return found.map(({ application, path, servers }) => ({
    from: path,
    client: registry.clients.has(application.name) ? application.name : null,
    servers,
  }));
}

/**
 * Those that were chosen.
 * @throws ApiError 400 `invalid_import` where one of them is not there any more
 */
export function chosenOf(
  found: readonly FoundConfiguration[],
  chosen: readonly { readonly file: string; readonly servers: readonly string[] }[],
): readonly FoundConfiguration[] {
  return chosen.map(({ file, servers: names }) => {
    const configuration = found.find(({ path }) => path === file);
    const servers = configuration?.servers.filter(({ name }) => names.includes(name)) ?? [];
    if (configuration === undefined || servers.length === 0)
      throw new ApiError('invalid_import', `${file} has no such servers any more; look again`);
    return { ...configuration, servers };
  });
}
