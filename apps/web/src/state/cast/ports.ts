import type { CastSender, CastSenderOptions } from '@duet/client'
import type { MediaPort } from '../ports.ts'

/** What the pages need of a sender, so that a fake can take its place. */
export type CastSenderPort = Pick<CastSender, keyof CastSender>

export type CreateCastSender = (options: CastSenderOptions) => CastSenderPort

/** What can be shown: screens and cameras. */
export type CastMediaPort = Pick<
  MediaPort,
  'capture' | 'captureScreen' | 'devices' | 'onDeviceChange'
>
