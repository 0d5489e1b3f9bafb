import { DuetError } from '@duet/base'

export type StartErrorCode =
  | 'bad-config'
  | 'data-not-writable'
  | 'bad-secret'
  | 'bad-certificate'
  | 'static-not-usable'
  | 'port-not-usable'
  | 'recordings-not-writable'
  | 'database-not-usable'
  | 'database-too-new'

/** Why the server can't start: one sentence for the person who started it. */
export class StartError extends DuetError<StartErrorCode> {}
