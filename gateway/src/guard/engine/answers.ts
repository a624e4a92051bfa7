import { isRecord } from '../../json/isRecord.ts';
import { containerLabel } from '../../upstream/container/docker/labels.ts';

/** What the gateway reads of an answer of the engine; everything else stays with the guard. */
export type Cut = (answer: unknown) => unknown;

type Members = Readonly<Record<string, unknown>>;

const members = (value: unknown): Members => (isRecord(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** Engine API, SystemVersion. */
export const versionAnswer: Cut = (answer) => {
  const { Version, ApiVersion, MinAPIVersion } = members(answer);
  return { Version: text(Version), ApiVersion: text(ApiVersion), MinAPIVersion: text(MinAPIVersion) };
};

/** Engine API, ContainerList: no command, image, port, mount or foreign label. */
export const listAnswer: Cut = (answer) => {
  if (!Array.isArray(answer)) return [];
  return answer.map((container: unknown) => {
    const { Id, Names, Labels, State } = members(container);
    const labels = members(Labels);
    return {
      Id: text(Id),
      Names: Array.isArray(Names) ? Names.map(text) : [],
      State: text(State),
      Labels: Object.fromEntries(
        [containerLabel.instance, containerLabel.server]
          .filter((label) => Object.hasOwn(labels, label))
          .map((label) => [label, text(labels[label])]),
      ),
    };
  });
};

/** Engine API, ImageInspect: neither variables nor labels, whatever the image holds. */
export const imageAnswer: Cut = (answer) => {
  const { Config, RepoDigests } = members(answer);
  const { User, Volumes } = members(Config);
  const digests = Array.isArray(RepoDigests) ? RepoDigests.map(text) : [];
  const volumes = Object.keys(members(Volumes)).map((path) => [path, {}] as const);
  return { Config: { User: text(User), Volumes: Object.fromEntries(volumes) }, RepoDigests: digests };
};

/** Engine API, VolumeList and SystemDataUsage: the names that begin so, with their sizes where they are told, and nothing else. */
export const volumesAnswer =
  (prefix: string): Cut =>
  (answer) => {
    const { Volumes } = members(answer);
    const own = (Array.isArray(Volumes) ? Volumes : []).map(members).flatMap(({ Name, UsageData }) => {
      if (!text(Name).startsWith(prefix)) return [];
      const size = count(members(UsageData)['Size']);
      return [{ Name: text(Name), ...(size !== undefined && { UsageData: { Size: size } }) }];
    });
    return { Volumes: own, Warnings: [] };
  };

/** Engine API, ContainerStats. */
export const statsAnswer: Cut = (answer) => {
  const current = count(members(members(answer)['pids_stats'])['current']);
  return { pids_stats: current === undefined ? {} : { current } };
};

/** Engine API, ContainerCreate. */
export const createAnswer: Cut = (answer) => ({ Id: text(members(answer)['Id']), Warnings: [] });

/** One event (Engine API, SystemEvents): its attributes hold every label of the container. */
export const eventAnswer: Cut = (answer) => {
  const { Type, Action, Actor } = members(answer);
  const { ID, Attributes } = members(Actor);
  const exitCode = members(Attributes)['exitCode'];
  return {
    Type: text(Type),
    Action: text(Action),
    Actor: { ID: text(ID), Attributes: typeof exitCode === 'string' ? { exitCode } : {} },
  };
};
