import { describe, expect, test } from 'vitest';
import { applicationNamed, applications } from './applications.ts';
import type { Platform } from './platform.ts';

const linux: Platform = { os: 'linux', home: '/home/me', env: {} };
const windows: Platform = {
  os: 'win32',
  home: 'C:\\Users\\me',
  env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' },
};
const mac: Platform = { os: 'darwin', home: '/Users/me', env: {} };

function filesOf(name: string, platform: Platform): readonly string[] {
  return applicationNamed(name)?.userFiles(platform) ?? [];
}

describe('the files of the applications', () => {
  test.each([
    ['vscode', linux, '/home/me/.config/Code/User/mcp.json'],
    ['vscode', mac, '/Users/me/Library/Application Support/Code/User/mcp.json'],
    ['vscode', windows, 'C:\\Users\\me\\AppData\\Roaming\\Code\\User\\mcp.json'],
    ['opencode', mac, '/Users/me/.config/opencode/opencode.json'],
    ['zed', windows, 'C:\\Users\\me\\AppData\\Roaming\\Zed\\settings.json'],
    ['goose', windows, 'C:\\Users\\me\\AppData\\Roaming\\Block\\goose\\config\\config.yaml'],
    ['codex', { ...linux, env: { CODEX_HOME: '/data/codex' } }, '/data/codex/config.toml'],
    ['claude-code', { ...linux, env: { CLAUDE_CONFIG_DIR: '/c' } }, '/c/.claude.json'],
    ['copilot', { ...linux, env: { COPILOT_HOME: '' } }, '/home/me/.copilot/mcp-config.json'],
    ['vscode', { ...linux, env: { XDG_CONFIG_HOME: '/x' } }, '/x/Code/User/mcp.json'],
    ['crush', { ...windows, env: { LOCALAPPDATA: 'C:\\L' } }, 'C:\\L\\crush\\crush.json'],
  ])('%s on %o', (name, platform, file) => {
    expect(filesOf(name, platform)[0]).toBe(file);
  });

  test('are absolute, and no two applications share a name or a place', () => {
    for (const platform of [linux, mac, windows]) {
      const start = platform.home.slice(0, 3);
      const places = applications.flatMap(({ userFiles, place }) =>
        userFiles(platform).map((file) => `${file} ${place.path.join('.')}`),
      );
      expect(places.every((file) => file.startsWith(start))).toBe(true);
      expect(new Set(places).size).toBe(places.length);
    }
    expect(new Set(applications.map(({ name }) => name)).size).toBe(applications.length);
  });
});
