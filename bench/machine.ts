// Says in one line what the figures were measured on.
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { loadTool } from './load.ts';

export function machine(): string {
  const model = (cpus()[0]?.model ?? 'unknown processor').trim();
  return `${availableParallelism()} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.versions.node}, load by ${loadTool === 'wrk' ? 'wrk' : 'own generator (wrk is not installed)'}`;
}
