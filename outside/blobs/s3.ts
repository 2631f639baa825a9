// Blobs in a store that speaks S3: signed requests (AWS Signature 4), bodies streamed, every byte's digest in the signature.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, unlink } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { AwsClient } from 'aws4fetch';
import { BlobFault, type Blobs, isKey, type Listed } from '#outside/blobs/blobs.ts';

export interface S3Config {
  /** Of the service, without the bucket. */
  readonly endpoint: URL;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** In front of every key; empty for none. */
  readonly prefix: string;
}

const EMPTY = createHash('sha256').update('').digest('hex');
/** A store that is silent for so long cannot be reached. */
const SILENT_MS = 30_000;

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

const unescaped = (text: string): string => text.replace(/&(?:lt|gt|quot|apos|amp);/g, (found) => ({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' })[found] as string);
const valueOf = (xml: string, name: string): string | null => {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? null : unescaped(found);
};

export function s3Blobs(config: S3Config): Blobs {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey, prefix } = config;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const root = `${endpoint.origin}${endpoint.pathname.replace(/\/$/, '')}/${bucket}`;

  async function ask(method: string, url: string, { headers = {}, digest = EMPTY, path }: { headers?: Record<string, string>; digest?: string; path?: string } = {}): Promise<IncomingMessage> {
    const signed = await client.sign(url, { method, headers: { ...headers, 'x-amz-content-sha256': digest } });
    const send = signed.url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(signed.url, { method, headers: Object.fromEntries(signed.headers), timeout: SILENT_MS }, resolve);
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error('The store of files did not answer in time.')));
      if (path === undefined) request.end();
      // Its fault is the request's fault, told above.
      else pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), request).catch(reject);
    });
  }

  /** An answer of the wanted kind; what else it is, is a fault. */
  async function wanted(asked: Promise<IncomingMessage>, good: readonly number[]): Promise<IncomingMessage> {
    const response = await asked.catch((error: unknown) => {
      throw new BlobFault('blob.unreachable', 'The store of files cannot be reached.', error);
    });
    const status = response.statusCode ?? 0;
    if (good.includes(status)) return response;
    const code = valueOf(await textOf(response).catch(() => ''), 'Code');
    if (status === 404 && code !== 'NoSuchBucket') throw new BlobFault('blob.missing', 'The file is not in the store of files.');
    const full = status === 507 || code === 'QuotaExceeded' || code === 'XMinioStorageFull' || code === 'EntityTooLarge';
    throw new BlobFault(full ? 'blob.full' : 'blob.unreachable', `The store of files answered ${status}${code === null ? '' : ` (${code})`}.`);
  }

  const urlOf = (key: string): string => {
    if (!isKey(key)) throw new BlobFault('blob.missing', 'Not a key of a blob.');
    return `${root}/${prefix}${key}`;
  };

  return Object.freeze<Blobs>({
    description: `the bucket ${bucket} at ${endpoint.host}`,
    pathOf: () => null,
    async put(key, path) {
      const [digest, { size }] = await Promise.all([digestOf(path), stat(path)]);
      const response = await wanted(ask('PUT', urlOf(key), { digest, path, headers: { 'content-length': String(size), 'content-type': 'application/octet-stream' } }), [200]);
      response.resume();
      await unlink(path);
    },
    async *read(key, range) {
      const headers: Record<string, string> = range === undefined ? {} : { range: `bytes=${range.from}-${range.to - 1}` };
      const response = await wanted(ask('GET', urlOf(key), { headers }), range === undefined ? [200] : [206]);
      try {
        yield* response as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw new BlobFault('blob.unreachable', 'The store of files broke off.', error);
      } finally {
        response.destroy();
      }
    },
    async remove(key) {
      const response = await wanted(ask('DELETE', urlOf(key)), [200, 204]);
      response.resume();
    },
    async *list(): AsyncGenerator<Listed, void, void> {
      for (let token: string | null = ''; token !== null; ) {
        const query = new URLSearchParams({ 'list-type': '2', 'max-keys': '1000', ...(prefix === '' ? {} : { prefix }), ...(token === '' ? {} : { 'continuation-token': token }) });
        const xml = await textOf(await wanted(ask('GET', `${root}?${query}`), [200]));
        for (const [entry] of xml.matchAll(/<Contents>[\s\S]*?<\/Contents>/g)) {
          const key = (valueOf(entry, 'Key') ?? '').slice(prefix.length);
          // What somebody else keeps in the same bucket is not ours to list.
          if (isKey(key)) yield { key, at: Date.parse(valueOf(entry, 'LastModified') ?? '') };
        }
        token = valueOf(xml, 'IsTruncated') === 'true' ? valueOf(xml, 'NextContinuationToken') : null;
      }
    },
  });
}

const NAMES = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

export type ReadS3 = { readonly ok: true; readonly config: S3Config | null } | { readonly ok: false; readonly faults: readonly string[] };

/** Reads S3_…; nothing set is no fault. All faults at once, and none says a key. */
export function s3From(env: Readonly<Record<string, string | undefined>>): ReadS3 {
  const missing = NAMES.filter((name) => env[name] === undefined);
  if (missing.length === NAMES.length) return env['S3_REGION'] === undefined && env['S3_PREFIX'] === undefined ? { ok: true, config: null } : { ok: false, faults: [`Files are to lie in S3, so set ${missing.join(', ')} too.`] };
  const faults = missing.map((name) => `${name} must be set, because other S3_ names are.`);
  const endpoint = URL.parse(env['S3_ENDPOINT'] ?? 'http://x');
  if (endpoint === null || !/^https?:$/.test(endpoint.protocol) || endpoint.search !== '' || endpoint.username !== '') faults.push('S3_ENDPOINT must be the address of the service, such as https://s3.eu-central-1.amazonaws.com.');
  else if (endpoint.protocol === 'http:' && missing.length === 0 && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|[^.]+|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*)$/.test(endpoint.hostname)) faults.push('S3_ENDPOINT must use https outside of a network of your own.');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(env['S3_BUCKET'] ?? 'xxx')) faults.push('S3_BUCKET must be the name of a bucket.');
  const prefix = env['S3_PREFIX'] ?? '';
  if (!/^(?:[A-Za-z0-9_-]+\/)*$/.test(prefix)) faults.push('S3_PREFIX must be letters, digits, _ and -, and end with a slash, such as portcullis/.');
  if (faults.length > 0 || endpoint === null) return { ok: false, faults };
  return { ok: true, config: { endpoint, bucket: env['S3_BUCKET'] as string, region: env['S3_REGION'] ?? 'us-east-1', accessKeyId: env['S3_ACCESS_KEY_ID'] as string, secretAccessKey: env['S3_SECRET_ACCESS_KEY'] as string, prefix } };
}
