/** Weight sets from files, through the service: a real library, the reading thread, a server on this machine. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initialise } from '../../../main/engine/inits/initialise.ts';
import { nameTensors } from '../../../main/engine/weights/named.ts';
import { readSafetensors, writeSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { createJobsService, type JobsService } from '../../../main/services/system/jobs.ts';
import { offerStartingWeights } from '../../../main/services/weights/starting-weights.ts';
import { checkInitialisation } from '../../../main/engine/inits/initialise.ts';
import { readPretrained } from '../../../main/runs/training/pretrained.ts';
import { createWeightsService, type WeightsService } from '../../../main/services/weights/weights-service.ts';
import { readKnownWeights } from '../../../main/services/weights/weights-known.ts';
import { openStore, type Store } from '../../../main/store/open.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { KnownWeights } from '../../../shared/weights/weights.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let paths: LibraryPaths;
let store: Store;
let jobs: JobsService;
let weights: WeightsService;
let known: KnownWeights[];
let file: string;
const tensors = initialise({
  model: 'cbr-tiny',
  outputs: 2,
  init: { kind: 'random' },
  seed: 3,
  pretrained: null,
}).tensors;

beforeEach(() => {
  folder = makeTemporaryFolder('weight-sets');
  paths = libraryPaths(path.join(folder, 'home'));
  fs.mkdirSync(paths.home);
  store = openStore(paths.database);
  jobs = createJobsService();
  known = [];
  weights = createWeightsService({ store, paths, jobs, knownWeights: () => known });
  file = path.join(folder, 'my weights.safetensors');
  writeSafetensors(file, tensors, {
    format: 'transfusion-weights-1',
    model: 'cbr-tiny',
    synthetic: 'true',
    outputs: '["a","b"]',
  });
});
afterEach(async () => {
  await jobs.close();
  store.close();
});

const sha256 = (name: string) => createHash('sha256').update(fs.readFileSync(name)).digest('hex');

async function kept(job: Job): Promise<string> {
  const ended = await jobs.ended(job.id);
  if (ended.state !== 'succeeded') throw Object.assign(new Error(ended.error?.message ?? ended.state), ended.error);
  return (ended.result as { weightsId: string }).weightsId;
}

function knownFile(url: string, change: Partial<KnownWeights> = {}): KnownWeights {
  return {
    ...{ id: 'public', title: 'Public weights', model: 'cbr-tiny', url, fileName: 'public.safetensors' },
    ...{ bytes: fs.statSync(file).size, sha256: sha256(file), md5: null, hashSource: 'here', verified: true },
    ...{ normalisation: 'imagenet-bgr-mean', licence: 'MIT', about: 'For a test.', page: 'http://127.0.0.1/' },
    ...change,
  };
}

describe('weight sets from files', () => {
  it('looks without keeping, then keeps with provenance', async () => {
    const preview = await weights.inspect({ file });
    expect(preview).toMatchObject({
      model: 'cbr-tiny',
      name: 'my weights',
      normalisation: 'imagenet',
      outputs: ['a', 'b'],
      synthetic: true,
      origin: {
        kind: 'safetensors',
        fileName: 'my weights.safetensors',
        sha256: sha256(file),
        normalisationFrom: 'assumed',
      },
      match: { rule: 'name', values: 1079520, head: { outputs: 2 } },
    });
    expect(weights.list()).toEqual([]);

    const id = await kept(
      weights.import({ file, name: 'mine', normalisation: 'minus-one-to-one', licence: 'CC0', sourceNote: 'a friend' }),
    );
    const set = weights.get(id);
    expect(set).toMatchObject({
      name: 'mine',
      source: 'file',
      normalisation: 'minus-one-to-one',
      licenceNote: 'CC0',
      origin: 'file my weights.safetensors (safetensors, Transfusion Lab)',
      details: { origin: { sourceNote: 'a friend', normalisationFrom: 'user', known: null } },
      usedBy: [],
    });
    expect(JSON.stringify(set)).not.toContain(folder);
    expect(set.sha256).toBe(sha256(paths.weightsFile(id)));
    expect(set.stages.map(({ stage }) => stage)).toEqual(['block1', 'block2', 'block3', 'block4', 'head']);

    const stored = readSafetensors(paths.weightsFile(id));
    expect(nameTensors('cbr-tiny', stored.tensors)).toEqual(tensors);
    // It tells all of it to whoever imports it elsewhere.
    expect(await weights.inspect({ file: paths.weightsFile(id) })).toMatchObject({
      normalisation: 'minus-one-to-one',
      licenceNote: 'CC0',
      synthetic: true,
    });
  });

  it('refuses a taken name, another model and a damaged file, and leaves nothing behind', async () => {
    await kept(weights.import({ file, name: 'mine' }));
    expect(() => weights.import({ file, name: 'Mine' })).toThrow('there are weights called "Mine" already');
    await expect(kept(weights.import({ file, model: 'cbr-small' }))).rejects.toThrow(
      'does not fit CBR-Small: expected conv1/kernel 7x7x3x32 as tensor 1, found conv1/kernel (5x5x3x32) in the file',
    );
    fs.truncateSync(file, 5000);
    await expect(kept(weights.import({ file }))).rejects.toThrow('found a damaged one');
    expect(fs.readdirSync(paths.weights)).toHaveLength(1);
    expect(weights.list()).toHaveLength(1);
  });

  it('knows a public file by its hash', async () => {
    known = [knownFile('http://127.0.0.1/x')];
    expect(weights.known()).toMatchObject([{ id: 'public', weightsId: null, partialBytes: 0 }]);
    const id = await kept(weights.import({ file }));
    expect(weights.get(id)).toMatchObject({
      name: 'public',
      origin: 'Public weights',
      normalisation: 'imagenet-bgr-mean',
      licenceNote: 'MIT',
    });
    expect(weights.known()[0]?.weightsId).toBe(id);
    weights.remove(id);
    expect(weights.known()[0]?.weightsId).toBeNull();
    expect(fs.existsSync(paths.weightsFile(id))).toBe(false);
  });
});

describe('downloads', () => {
  let server: http.Server;
  let url: string;
  beforeEach(async () => {
    server = http.createServer((_request, response) => response.end(fs.readFileSync(file)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/public.safetensors`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('fetches, checks and imports, and keeps only the weight set', async () => {
    known = [knownFile(url)];
    const job = weights.download({ id: 'public' });
    expect(() => weights.discardDownload('public')).toThrow('is being downloaded');
    const id = await kept(job);
    expect(weights.get(id)).toMatchObject({
      name: 'public',
      details: { origin: { known: 'public', sha256: sha256(file) } },
    });
    expect(fs.readdirSync(paths.weightsDownloads)).toEqual([]);
    expect(() => weights.download({ id: 'other' })).toThrow('got "other"');
  });

  it('keeps nothing of a file with another hash', async () => {
    known = [knownFile(url, { sha256: '0'.repeat(64) })];
    await expect(kept(weights.download({ id: 'public' }))).rejects.toThrow('it was discarded');
    expect(weights.list()).toEqual([]);
    expect(fs.readdirSync(paths.weightsDownloads)).toEqual([]);
  });
});

describe('the weights of the app', () => {
  it('are offered once, fit their models, stay, and go to another machine', async () => {
    offerStartingWeights({ store, paths });
    offerStartingWeights({ store, paths });
    const sets = weights.list();
    expect(sets.map(({ name }) => name)).toEqual(['natural-cbr-small', 'natural-cbr-tiny']);
    for (const set of sets) {
      expect(set).toMatchObject({ synthetic: true, outputs: { length: 10 } });
      const pretrained = readPretrained({ ...set, file: paths.weightsFile(set.id) }, set.model);
      const init = { kind: 'transfer', weights: set.name } as const;
      checkInitialisation({ model: set.model, init, pretrained, source: set.model });
      expect(() => weights.remove(set.id)).toThrow('come with the app');
    }
    const out = path.join(folder, 'tiny.safetensors');
    weights.export({ id: 'natural-cbr-tiny', file: out });
    const copy = weights.get(await kept(weights.import({ file: out, name: 'copy' })));
    expect(copy).toMatchObject({ model: 'cbr-tiny', synthetic: true, licenceNote: sets[1]?.licenceNote });
  });

  it('take another name where theirs is taken', async () => {
    await kept(weights.import({ file, name: 'natural-cbr-tiny' }));
    offerStartingWeights({ store, paths });
    expect(weights.list().map(({ name }) => name)).toContain('natural-cbr-tiny (of the app)');
  });
});

describe('the catalogue', () => {
  it('is valid, and honest about what nobody here could verify', () => {
    const files = readKnownWeights();
    expect(files.map(({ model }) => model)).toEqual(['resnet50', 'inception-v3', 'resnet50-v15', 'inception-v3']);
    expect(new Set(files.map(({ id }) => id)).size).toBe(files.length);
    for (const entry of files) {
      expect(entry.sha256 ?? entry.md5, entry.id).not.toBeNull();
      expect(entry.verified, entry.id).toBe(false);
      expect(entry.url).toMatch(/^https:/);
    }
  });
});
