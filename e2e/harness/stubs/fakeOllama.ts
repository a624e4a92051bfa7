import { createServer, type Server } from 'node:http';

/**
 * Stands for Ollama at its network edge, since no model runs on a test machine: `/api/tags` and `/api/chat` answer in the
 * shape of Ollama's HTTP API with words of our own.
 */
export async function fakeOllama(): Promise<{ url: string; requests: string[]; close: () => void }> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const answer =
      request.url === '/api/tags'
        ? {
            models: [
              {
                name: 'fake-model:latest',
                size: 1,
                digest: 'sha256:0',
                modified_at: '2026-01-01T00:00:00Z',
                details: {},
              },
            ],
          }
        : {
            model: 'fake-model',
            message: { role: 'assistant', content: 'words of a fake model' },
            response: 'words of a fake model',
            done: true,
          };
    response.setHeader('Content-Type', 'application/json');
    request.resume().on('end', () => response.end(JSON.stringify(answer)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, requests, close: () => server.close() };
}
