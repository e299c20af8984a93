/**
 * Named places at which a process may end: tests arm them and kill the process there, to see that whoever starts next loses nothing and
 * repeats nothing. Nothing is armed in production, and then a point does nothing.
 */

/** Between which two steps. `test/crash/` kills at each of them; one that is never reached fails there. */
export type CrashPoint =
  | 'after-pull-before-commit'
  | 'mid-commit'
  | 'after-commit-before-pull'
  | 'after-claim-before-send'
  | 'after-send-before-settle'
  | 'after-settle'
  | 'after-look-before-settle'
  | 'mid-catch-up'
  | 'mid-rules'
  | 'after-change-before-answer'
  | 'mid-migration'
  | 'mid-move'
  | 'mid-stop'

let armed: ((point: CrashPoint) => void) | undefined

/** The process may end here. */
export function crashPoint(point: CrashPoint): void {
  armed?.(point)
}

/** From now on `reached` is called at every point; for tests, before anything else is loaded. */
export function armCrashPoints(reached: (point: CrashPoint) => void): void {
  armed = reached
}
