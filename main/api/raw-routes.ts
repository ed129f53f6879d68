/**
 * What a browser fetches by address rather than by procedure: thumbnails and downloads. Parts of an address are ids and
 * names that a service looks up; none is ever joined to a path.
 */
import type { Hono } from 'hono';
import type { AppServices } from '../services/app-services.ts';
import { REPORT_POLICY } from './security-headers.ts';

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  zip: 'application/zip',
};

export function addRawRoutes(app: Hono, services: AppServices): void {
  app.get('/api/thumbnails/:datasetId/:imageId', async (context) => {
    const { datasetId, imageId } = context.req.param();
    const bytes = await services.datasets.thumbnail({ datasetId, imageId });
    // An image id stands for one content of one immutable dataset.
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'Content-Type': 'image/webp', 'Cache-Control': 'private, max-age=31536000, immutable' },
    });
  });

  app.get('/api/images/:datasetId/:imageId', async (context) => {
    const { datasetId, imageId } = context.req.param();
    const bytes = await services.datasets.picture({ datasetId, imageId, side: Number(context.req.query('side')) });
    // The file is the user's: it may be put back or go.
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'Content-Type': 'image/webp', 'Cache-Control': 'private, max-age=600' },
    });
  });

  app.get('/api/reports/:studyId/:name', (context) => {
    const { studyId, name } = context.req.param();
    const content = services.reports.file({ studyId, name });
    return download({ name, content, view: context.req.query('view') !== undefined });
  });

  app.get('/api/results/:studyId/details.csv', async (context) => {
    const content = await services.results.detailsCsv(context.req.param('studyId'));
    return download({ name: 'details.csv', content, view: false });
  });

  app.get('/api/results/:studyId/margins.csv', async (context) => {
    const content = await services.results.marginsCsv(context.req.param('studyId'));
    return download({ name: 'margins.csv', content, view: false });
  });

  app.get('/api/results/:file{.+\\.csv}', async (context) => {
    const studyId = context.req.param('file').slice(0, -'.csv'.length);
    const name = 'results.csv';
    return download({ name, content: await services.results.csv(studyId), view: false });
  });

  app.get('/api/splits/:file{.+\\.csv}', (context) => {
    const datasetId = context.req.param('file').slice(0, -'.csv'.length);
    return download({ name: 'split.csv', content: services.datasets.splitCsv(datasetId), view: false });
  });

  app.get('/api/marks/:file{.+\\.csv}', (context) => {
    const datasetId = context.req.param('file').slice(0, -'.csv'.length);
    return download({ name: 'marked-images.csv', content: services.imageMarks.csv(datasetId), view: false });
  });
}

/** `view` shows an HTML file in the browser, cut off from the app by its own policy; everything else is saved. */
function download({ name, content, view }: { name: string; content: string | Uint8Array; view: boolean }): Response {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const plainName = name.replace(/[^\w.-]+/g, '_');
  return new Response(content as string | Uint8Array<ArrayBuffer>, {
    headers: {
      'Content-Type': TYPES[ending] ?? 'application/octet-stream',
      'Content-Disposition': `${view ? 'inline' : 'attachment'}; filename="${plainName}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      'Content-Security-Policy': REPORT_POLICY,
    },
  });
}
