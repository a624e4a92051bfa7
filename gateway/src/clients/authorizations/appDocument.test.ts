import { expect, test } from 'vitest';
import { isDocumentId } from './appDocument.ts';

test('the address of a public document is the id of an application', () => {
  expect(isDocumentId('https://vscode.dev/oauth/client-metadata.json')).toBe(true);
});

test.each([
  'http://app.example/client.json',
  'https://app.example/',
  'https://app.example',
  'https://127.0.0.1/client.json',
  'https://[::1]/client.json',
  'https://2130706433/client.json',
  'https://localhost/client.json',
  'https://printer.local/client.json',
  'https://metadata.google.internal/x',
  'https://app.example:8443/client.json',
  'https://user@app.example/client.json',
  'https://app.example/client.json?x=1',
  'https://app.example/client.json#x',
  'https://app.example/a/../client.json',
  'https://APP.example/client.json',
  'lmcp_app_x',
  '',
])('%j is not', (id) => {
  expect(isDocumentId(id)).toBe(false);
});
