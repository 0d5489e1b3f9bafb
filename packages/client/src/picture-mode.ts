/** What a shown screen is for: letters that stand still, or pictures that move. */
export type PictureMode = 'text' | 'motion'

/** What a mode asks of the browser; rates are in bits and frames per second. */
interface PictureDemand {
  contentHint: 'text' | 'motion'
  degradationPreference: RTCDegradationPreference
  maxFramerate: number
  maxBitrate: number
}

/** `detail` as a hint drops to five frames in some browsers; `text` stays sharp and goes on moving. */
export const PICTURE_DEMANDS: Readonly<Record<PictureMode, PictureDemand>> = {
  text: {
    contentHint: 'text',
    degradationPreference: 'maintain-resolution',
    maxFramerate: 15,
    maxBitrate: 8_000_000,
  },
  motion: {
    contentHint: 'motion',
    degradationPreference: 'maintain-framerate',
    maxFramerate: 30,
    maxBitrate: 6_000_000,
  },
}

/** The encoding with which a sender in this mode begins, in full size. */
export function encodingOf(mode: PictureMode): RTCRtpEncodingParameters {
  const { maxBitrate, maxFramerate } = PICTURE_DEMANDS[mode]
  return { scaleResolutionDownBy: 1, maxBitrate, maxFramerate }
}

/**
 * Lets a sender and its track serve `mode` from now on; undefined: a camera, as the browser sends
 * it by itself. `onRefused` hears of browsers that don't take it.
 */
export function applyMode(
  sender: RTCRtpSender,
  mode: PictureMode | undefined,
  onRefused: (error: unknown) => void,
): void {
  const parameters = sender.getParameters()
  const encoding = parameters.encodings?.[0]
  if (mode === undefined) {
    delete parameters.degradationPreference
    delete encoding?.maxBitrate
    delete encoding?.maxFramerate
  } else {
    parameters.degradationPreference = PICTURE_DEMANDS[mode].degradationPreference
    Object.assign(encoding ?? {}, encodingOf(mode))
  }
  // Without an encoding nothing was negotiated yet, and there is nothing to change.
  if (encoding) sender.setParameters(parameters).catch(onRefused)
}
