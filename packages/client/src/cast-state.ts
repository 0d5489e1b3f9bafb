import type { FailCode, ReconnectReason } from './call-state.ts'

/**
 * Where somebody stands who shows something on a TV. Transitions:
 *
 *     idle -> entering -> ready <-> showing <-> paused      (a source is chosen; rests)
 *     entering -> busy                                      (somebody else shows something there)
 *     ready | showing | paused -> reconnecting -> the same  (the media path is lost, and found)
 *     any of these -> waiting -> ready | showing | paused   (the TV is gone; comes back)
 *     any -> ended | failed;  busy | ended | failed -> entering (open() again)
 */
export type CastSenderState =
  | { name: 'idle' }
  /** The code is on its way to the server. */
  | { name: 'entering' }
  /** The TV is there, and nothing is shown on it yet. */
  | { name: 'ready' }
  /** isConnected: the picture is on its way; false: the connection to the TV is being made. */
  | { name: 'showing'; isConnected: boolean }
  | { name: 'paused' }
  | { name: 'reconnecting'; reason: ReconnectReason }
  /** left: the TV's page was closed or loaded anew. lost: its connection is lost. */
  | { name: 'waiting'; reason: 'left' | 'lost' }
  | { name: 'busy' }
  | { name: 'ended'; reason: CastEndReason }
  | { name: 'failed'; code: FailCode; message: string }

/**
 * Why nothing is shown any more. stopped: here. receiver: at the TV. receiver-gone: the TV did not
 * come back. session-taken: another page has the session.
 */
export type CastEndReason = 'stopped' | 'receiver' | 'receiver-gone' | 'session-taken'

/**
 * Where a TV stands. Transitions:
 *
 *     opening -> ready -> connecting -> showing <-> paused
 *     connecting | showing | paused <-> reconnecting
 *     connecting | showing | paused | reconnecting -> ready  (the sender is gone, or was put out)
 *     any -> opening                                         (the code is asked for again)
 *     any -> failed                                          (this browser can't)
 */
export type CastReceiverState =
  /** There is no code yet: the server is not reached, or does not give one now. */
  | { name: 'opening' }
  /** The code is valid, and nobody has entered it. */
  | { name: 'ready' }
  /** Somebody entered the code, and has not shown anything yet. */
  | { name: 'connecting' }
  | { name: 'showing' }
  | { name: 'paused' }
  | { name: 'reconnecting'; reason: ReconnectReason }
  | { name: 'failed'; code: FailCode; message: string }
