// A problem as something that can be thrown, and what any thrown thing means as a problem.
import type { Fault, Problem } from './shapes.ts'

export interface ProblemError extends Error { problem: Problem }

const offline: Problem = Object.freeze({
  status: 0,
  code: 'offline',
  title: 'No connection',
  detail: 'The server could not be reached. Check the connection and try again.',
})

/** Wraps a problem so that it can be thrown and still read. */
export function problemError(problem: Problem): ProblemError {
  return Object.assign(new Error(problem.detail || problem.title), { problem })
}

/** The problem inside whatever was thrown; a thrown thing without one is a lost connection. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Error && 'problem' in error) return (error as ProblemError).problem
  return offline
}

/** Reads an answer that is not a success; never throws, whatever the body is. */
export async function readProblem(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null)
  const said = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>
  return {
    ...said,
    status: answer.status,
    code: said.code ?? `http.${answer.status}`,
    title: said.title ?? 'The server could not answer',
    detail: said.detail ?? `The server answered ${answer.status}. Try again; if it stays, tell whoever runs this server.`,
  }
}

/** The first fault at a path, or below it. */
export function faultAt(faults: readonly Fault[] | undefined, path: string): Fault | undefined {
  return faults?.find((fault) => fault.path === path || fault.path.startsWith(`${path}/`))
}
