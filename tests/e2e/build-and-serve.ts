import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sirv from 'sirv';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The built site at the root of an origin. */
    siteUrl: string;
    /** The same files under a sub-path, cross-origin isolated. */
    isolatedUrl: string;
  }
}

/** Builds the site once and serves it twice. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'heldout-site-'));
  await build({ logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
  const plain = await serve(folder, '/', {});
  const isolated = await serve(folder, '/some/where/', { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' });
  project.provide('siteUrl', plain.url);
  project.provide('isolatedUrl', isolated.url);
  return async () => {
    await Promise.all([close(plain.server), close(isolated.server)]);
    rmSync(folder, { recursive: true, force: true });
  };
}

async function serve(folder: string, base: string, headers: Record<string, string>): Promise<{ server: Server; url: string }> {
  const files = sirv(folder, { etag: true, setHeaders: (response) => Object.entries(headers).forEach(([name, value]) => response.setHeader(name, value)) });
  const server = createServer((request, response) => {
    const outside = (): void => void response.writeHead(404).end();
    if (!request.url?.startsWith(base)) return outside();
    request.url = `/${request.url.slice(base.length)}`;
    files(request, response, outside);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}` };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
