import type { SourceState } from './capture-source.ts'
import type { MediaFault } from './media-fault.ts'

/** Which sentence tells what is wrong with camera and microphone. */
export type MediaNoticeCode = `${MediaFault}-${'both' | 'microphone' | 'camera'}`

/** The most pressing faults first: a person can mend a refusal, hardly a missing camera. */
const URGENCY: readonly MediaFault[] = ['denied', 'in-use', 'failed', 'none']

/** One sentence for both devices; null when nothing is wrong. */
export function mediaNoticeOf(
  microphone: SourceState,
  camera: SourceState,
): MediaNoticeCode | null {
  const heard = microphone.name === 'failed' ? microphone.fault : undefined
  const seen = camera.name === 'failed' ? camera.fault : undefined
  for (const fault of URGENCY) {
    if (heard === fault && seen === fault) return `${fault}-both`
    if (heard === fault) return `${fault}-microphone`
    if (seen === fault) return `${fault}-camera`
  }
  return null
}
