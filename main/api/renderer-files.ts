/** The built renderer (`dist/renderer`): the only files of the disk that are served by name. */
import fs from 'node:fs';
import path from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export interface RendererFiles {
  /** The file at a URL path, the app's page for a path without an ending, else 404. GET and HEAD only. */
  serve(request: Request): Promise<Response>;
}

/**
 * The folder is listed once and requests are looked up in that list, so no path of a request ever reaches the disk.
 * `folder` may be missing (not built yet): the page then says what to do.
 */
export function createRendererFiles(folder: string): RendererFiles {
  let listed: Map<string, string> | null = null;
  const files = (): Map<string, string> => {
    if (listed === null || listed.size === 0) listed = listFiles(folder);
    return listed;
  };
  return {
    async serve(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return text(405, 'Expected GET.', { Allow: 'GET, HEAD' });
      const urlPath = new URL(request.url).pathname;
      const isPage = path.posix.extname(urlPath) === '';
      const name = isPage ? '/index.html' : urlPath;
      const file = files().get(name);
      if (file === undefined) {
        return isPage
          ? text(503, 'The app has not been built yet. Run "npm run build" in its folder, then reload this page.')
          : text(404, 'There is no such file.');
      }
      return sendFile({ file, name, request });
    },
  };
}

function listFiles(folder: string): Map<string, string> {
  if (!fs.existsSync(folder)) return new Map();
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile() && TYPES[path.extname(entry.name)] !== undefined)
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [`/${path.relative(folder, file).split(path.sep).join('/')}`, file];
      }),
  );
}

async function sendFile({ file, name, request }: { file: string; name: string; request: Request }): Promise<Response> {
  let stat: fs.Stats;
  try {
    stat = await fs.promises.stat(file);
  } catch {
    return text(404, 'There is no such file.');
  }
  const etag = `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs).toString(36)}"`;
  // Vite puts a hash of the content into the names under assets/; everything else is asked for again each time.
  const cache = name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const headers = new Headers({ 'Cache-Control': cache, ETag: etag });
  if (request.headers.get('If-None-Match') === etag) return new Response(null, { status: 304, headers });
  headers.set('Content-Type', TYPES[path.extname(name)] as string);
  headers.set('Content-Length', String(stat.size));
  if (request.method === 'HEAD') return new Response(null, { headers });
  return new Response(await fs.promises.readFile(file), { headers });
}

function text(status: number, message: string, headers: Record<string, string> = {}): Response {
  return new Response(`${message}\n`, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers } });
}
