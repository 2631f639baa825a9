// A start in order: configuration, port, data, the demo when asked for, the address in the terminal; and a stop that loses nothing.
import { createServer } from 'node:net';
import type { Building } from '#server/building.ts';
import { writeCompiled } from '#server/compiled.ts';
import { type Config, ConfigFault, readConfig } from '#server/config.ts';
import { openData } from '#server/data.ts';
import { openOutside } from '#server/outside.ts';

/** Once people are served; what was compiled is then written down. */
const SETTLED_MS = 2_000;

function portFault(config: Config, code: string | undefined): ConfigFault {
  const { host, port } = config;
  const sentence =
    code === 'EADDRINUSE'
      ? `Port ${port} on ${host} is in use, perhaps by another Portcullis. Stop it, or set PORT to a free one. Nothing was changed.`
      : `Port ${port} on ${host} cannot be opened (${code}). Set HOST and PORT to an address of this machine. Nothing was changed.`;
  return new ConfigFault([sentence]);
}

/** The port is tried before any data is touched, so that a second server started by mistake changes nothing. */
function tryPort(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(portFault(config, error.code)));
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}

/**
 * The first SIGINT or SIGTERM stops in order: no new requests, summaries of floods and signed heads written, store closed. The second is taken for the
 * same one (npm hands on what the terminal has sent already); the third ends the process at once.
 * @returns whether a stop was asked for
 */
function stopOnSignals(building: Building): () => boolean {
  let asked = 0;
  const stop = (): void => {
    asked += 1;
    if (asked > 2) process.exit(1);
    if (asked > 1) return;
    building.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Portcullis did not stop cleanly: ${(error as Error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () => asked > 0;
}

/** Resolves once the server answers. Throws a known fault with a sentence for the operator. */
export async function start(demo: boolean): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  await tryPort(config);
  const outside = openOutside(config, { terminal: (line) => process.stdout.write(`${line}\n`) });
  const data = await openData(config, Date.now());
  // What can be wrong is found by now, in a fifth of the time: only then the rest of the program is read.
  const { openBuilding } = await import('#server/building.ts');
  const { printSetupLinks } = await import('#server/setup-links.ts');
  const building = await openBuilding(config, { outside, data });
  const stopping = stopOnSignals(building);
  try {
    for (const warning of building.parts.keyring.warnings) building.parts.log.warn(warning);
    if (demo) process.stdout.write(await (await import('#server/demo.ts')).fillDemo(building.parts));
    await building.app.listen({ port: config.port, host: config.host });
    process.stdout.write(`\n  Portcullis is at ${config.publicUrl.origin}\n`);
    await printSetupLinks(building);
    process.stdout.write('\n');
  } catch (error) {
    // Stopped while it was starting: what was under way finds everything closed, and `stop` ends the process.
    if (stopping()) return;
    await building.close();
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EADDRINUSE' ? portFault(config, code) : error;
  }
  setTimeout(writeCompiled, SETTLED_MS).unref();
}
