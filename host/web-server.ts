// Hands out the page's folder over HTTP on this machine: a few files, read once each, and nothing else.
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

interface Served {
  type: string;
  octets: Buffer;
}

/** A server of the files in a folder, by their paths; '/' is index.html. Only names that were there at the begin exist. */
export async function serveFolder(folder: string): Promise<Server> {
  const files = new Map<string, Served>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    files.set(`/${path.relative(folder, file).split(path.sep).join('/')}`, { type, octets: await readFile(file) });
  }
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const served = files.get(pathname === '/' ? '/index.html' : pathname);
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, 'Only GET and HEAD are answered.');
    else if (served === undefined) answer(response, 404, 'There is no such file.');
    else {
      const head = { 'content-type': served.type, 'content-length': served.octets.length, 'cache-control': 'no-cache' };
      response.writeHead(200, head).end(request.method === 'HEAD' ? undefined : served.octets);
    }
  });
}

function answer(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}
