import { describe, expect, it } from 'vitest';
import { fileView, statusText } from './statusReport.ts';
import { styleOf } from './style.ts';
import { registryFileOf } from '../testing/registryFile.ts';
import { scriptedTerminal, shownOnTerminal } from '../testing/scriptedTerminal.ts';

const file = registryFileOf(`
clients:
  vscode: { token: "a-secret-of-vscode-1", allow_servers: [web], rate_limit_rpm: 60 }
  codex: { token: "a-secret-of-codex-01", allow_servers: [] }
servers:
  web:
    transport: http
    url: http://127.0.0.1:9000/mcp
    headers: { Authorization: a-secret-header }
    timeouts: { tools_list_s: 20, retry_on_timeout: 1, retry_backoff_s: 2 }
`);
const style = styleOf(scriptedTerminal(), 'stdout');
const view = fileView(file, { host: '::1', port: 7345, tls: false });

describe('statusText', () => {
  it('shows clients, servers and timeouts, with no gateway running', () => {
    const text = statusText({ ...view, running: false, status: null, recent_audit_entries: [] }, style);
    expect(text).toContain('LMCP not running at http://[::1]:7345\n');
    expect(text).toMatch(/^ {2}vscode {2}web {6}60 rpm$/m);
    expect(text).toMatch(/^ {2}codex {3}nothing {2}unlimited$/m);
    expect(text).toContain('list 20 s, call 300 s, 1 retries after 2 s');
  });

  it('adds what the gateway tells', () => {
    const status = {
      uptime_s: 125,
      registry: { valid: false },
      audit: { ok: false, error: 'the disk\u001b is full' },
      servers: [{ server_id: 'web', state: 'ready', tool_count: 3 }],
    };
    const text = statusText({ ...view, running: true, status, recent_audit_entries: [] }, style);
    expect(text).toContain('running at http://[::1]:7345, up 2 min');
    expect(text).toContain('an edit of it is invalid');
    expect(shownOnTerminal(text)).toContain('the disk\\u001b is full');
    expect(text).toMatch(/^ {2}web {5}http {7}ready {2}3 /m);
  });

  it('says how old the list of a server is', () => {
    const listed_at = new Date(Date.now() - 125 * 60_000).toISOString();
    const servers = [{ server_id: 'web', state: 'idle', tool_count: 3, listed_at }];
    const text = statusText({ ...view, running: true, status: { servers }, recent_audit_entries: [] }, style);
    expect(text).toMatch(/^ {2}web {5}http {7}idle {3}3, 2 h old /m);
  });

  it('says why a server is not usable, in its own last words', () => {
    const health = {
      level: 'failing',
      summary: 'it exited',
      stderr: ['set KEY\u001b\n'],
      action: 'view_logs',
    };
    const failed = { server_id: 'web', state: 'backoff', health };
    const of = (server: object) => {
      const status = { registry: { valid: true }, audit: { ok: true }, servers: [server] };
      return statusText({ ...view, running: true, status, recent_audit_entries: [] }, style);
    };
    expect(shownOnTerminal(of(failed))).toContain(
      'Needs attention\n  web: it exited\n    set KEY\\u001b\\u000a\n',
    );
    expect(of({ ...failed, state: 'ready' })).toContain('web: it exited');
    expect(of({ ...failed, health: { ...health, level: 'decision' } })).toContain('web: it exited');
    expect(of({ ...failed, health: { ...health, level: 'ok' } })).not.toContain('Needs attention');
    expect(of({ ...failed, health: undefined })).not.toContain('Needs attention');
  });

  it('says when the log is not sealed', () => {
    const of = (state: string) => {
      const sealed = { state, since: '2026-01-01T00:00:00.000Z' };
      const status = { registry: { valid: true }, audit: { ok: true, sealed } };
      return statusText({ ...view, running: true, status, recent_audit_entries: [] }, style);
    };
    expect(of('all')).not.toContain('sealed');
    expect(of('pending')).toContain('(not all of it is sealed, since 2026-01-01T00:00:00.000Z;');
    expect(of('unsupported')).toContain('(chained, not sealed:');
  });

  it('warns of a disk that is nearly full', () => {
    const of = (audit: object) => {
      const status = { registry: { valid: true }, audit: { ok: true, disk_used_percent: 93, ...audit } };
      return statusText({ ...view, running: true, status, recent_audit_entries: [] }, style);
    };
    expect(of({ warning: 'disk_nearly_full' })).toContain('(its disk is 93 % full)');
    expect(of({})).not.toContain('93');
  });

  it('says what is less confined than it could be', () => {
    const docker = registryFileOf(`
clients: {}
servers:
  gh: { transport: stdio, command: docker, args: [run, -i, --read-only, -u, "1000", image] }
  safe: { transport: stdio, image: image }
`);
    const report = {
      ...fileView(docker, { host: '127.0.0.1', port: 7345, tls: false }),
      running: false,
      status: null,
    };
    const text = statusText({ ...report, recent_audit_entries: [] }, style);
    expect(text).toContain('Reduced isolation\n  gh: reaches the network bridge\n');
    expect(text).not.toContain('safe:');
  });

  it('holds no secret', () => {
    expect(JSON.stringify(view)).not.toContain('a-secret');
  });
});
