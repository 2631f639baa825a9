// nginx beside us: files by sendfile, and PUT of small ones, in one process of its own. Not installed everywhere: then the bench says so.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { end, inCare } from './child.ts';
import { freePort } from './program.ts';

export interface Nginx {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export const hasNginx = (): boolean => spawnSync('nginx', ['-v'], { stdio: 'ignore' }).error === undefined;

/** Serves these files by their names. Throws where nginx is not installed. */
export async function startNginx(files: Readonly<Record<string, Uint8Array>>): Promise<Nginx> {
  if (!hasNginx()) throw new Error('nginx is not installed on this machine; install it (Debian: apt-get install nginx-light) and measure again.');
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-nginx-'));
  // Started by root it reads as another user.
  chmodSync(folder, 0o755);
  for (const name of ['html', 'put', 'tmp']) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o777);
  }
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, 'html', name), bytes);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp/${name};`).join(' ');
  writeFileSync(join(folder, 'nginx.conf'), `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; client_max_body_size 32m; default_type application/octet-stream; ${temporary}
  server { listen 127.0.0.1:${port}; root ${folder}/html; location /put/ { root ${folder}; dav_methods PUT; create_full_put_path on; } } }
`);
  const child = inCare(spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' }));
  for (let tries = 0; tries < 100; tries += 1) {
    const there = await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
    if (there) break;
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}.`);
    await setTimeout(50);
  }
  return {
    pid: child.pid!, port,
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
