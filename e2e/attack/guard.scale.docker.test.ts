import { afterAll, beforeAll, expect, it } from 'vitest';
import { containersOf, fixtureImage, realEngine } from '../harness/docker/containers.ts';
import { containerAttempts } from './containers.ts';
import { createBody } from './createBody.ts';
import { flood } from './flood.ts';
import { gatewayAttempts, socketPath } from './gateway.ts';
import { hostUserAttempts } from './hostUser.ts';
import { OutcomeTable } from './outcomeTable.ts';
import { fromContainer, fromHostUser, type Reply, type Request } from './probe.ts';
import { openStage, type Stage } from './stage.ts';
import { webPageAttempts } from './webPage.ts';

const { docker } = realEngine();
const attempts = [...hostUserAttempts, ...webPageAttempts, ...containerAttempts, ...gatewayAttempts];
const outcomes = new OutcomeTable();
let stage: Stage;

beforeAll(async () => void (stage = await openStage()), 600_000);

afterAll(async () => {
  outcomes.print();
  await stage[Symbol.asyncDispose]();
});

const asGateway = (request: Request): Promise<Reply> =>
  fromContainer(stage.stack.idOf('gateway'), { socketPath, ...request });

it.each(attempts)('stops %s: %s', async (place, what, make) => {
  const outcome = await make(stage);
  outcomes.add(place, what, outcome);
  expect(outcome.through, outcome.by).toBe(false);
});

it('left both servers running, created nothing, and let the engine ask nobody', async () => {
  const { project, sibling, site, tcp } = stage;
  for (const [instance, id] of [
    [project, sibling],
    [tcp.instance, tcp.victim],
  ] as const) {
    const containers = await containersOf(instance);
    expect(containers.map(({ Id: found, State: state }) => [found, state])).toEqual([[id, 'running']]);
  }
  expect(site.asked).toBe(0);
  // It would have been counted.
  expect((await fromHostUser({ host: '127.0.0.1', port: site.port, path: '/v2/' })).status).toBe(200);
  expect(site.asked).toBe(1);
});

it('tells a gateway neither variables nor labels of images and containers', async () => {
  const image = await asGateway({ path: `/images/${fixtureImage}/json` });
  expect(Object.keys(JSON.parse(image.text) as object)).toEqual(['Config', 'RepoDigests']);
  expect(Object.keys((JSON.parse(image.text) as { Config: object }).Config)).toEqual(['User', 'Volumes']);
  const [container, ...others] = JSON.parse((await asGateway({ path: '/containers/json' })).text) as {
    Id: string;
    Labels: object;
  }[];
  expect(others).toEqual([]);
  expect(container?.Id).toBe(stage.sibling);
  expect(Object.keys(container ?? {}).sort()).toEqual(['Id', 'Labels', 'Names', 'State']);
  expect(Object.keys(container?.Labels ?? {}).sort()).toEqual(['lmcp.instance', 'lmcp.server']);
});

it('serves the gateway on its socket, and on TCP who has the secret', async () => {
  const { project, tcp } = stage;
  expect((await asGateway({ path: '/containers/json' })).status).toBe(200);
  const headers = { 'x-lmcp-guard-secret': tcp.secret };
  const over = { host: '127.0.0.1', port: tcp.port, headers };
  expect((await fromHostUser({ ...over, path: '/containers/json' })).status).toBe(200);
  // The hostile bodies are rejected for what they add.
  const name = `lmcp-${project}-plain-1`;
  const body = JSON.stringify(createBody(project));
  expect((await asGateway({ method: 'POST', path: `/containers/create?name=${name}`, body })).status).toBe(
    201,
  );
  expect((await asGateway({ method: 'DELETE', path: `/containers/${name}` })).status).toBe(204);
});

it('survives 500 connections with 1 MB each', async () => {
  const guard = docker.getContainer(stage.stack.idOf('guard'));
  const { State: before } = await guard.inspect();
  await flood(stage.stack.idOf('gateway'), socketPath, 500);
  const { State: after } = await guard.inspect();
  expect([after.StartedAt, after.OOMKilled]).toEqual([before.StartedAt, false]);
  await expect.poll(async () => (await asGateway({ path: '/_ping' })).status).toBe(200);
  expect((await stage.stack.call('time__current_time')).isError).toBe(false);
}, 120_000);
