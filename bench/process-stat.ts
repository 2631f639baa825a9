// What the system knows of a process: the processor time of all its threads, and its resident memory. Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * µs that all threads of a process have run on a processor, from the schedstat files under /proc/PID/task: exact to the nanosecond, where
 * getrusage counts in ticks. Threads that have ended are not in it.
 */
export function processorTime(pid: number): number {
  let nanoseconds = 0n;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += BigInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]!);
  }
  return Number(nanoseconds) / 1_000;
}

/** Resident memory in MB (10⁶ bytes). */
export function residentMemory(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line === null) throw new Error(`The process ${pid} shows no resident memory.`);
  return (Number(line[1]) * 1_024) / 1_000_000;
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter((text) => text !== '').map(Number));
}
