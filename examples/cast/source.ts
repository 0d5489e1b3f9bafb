/** What a sender can show. */
export type Source = 'screen' | 'camera'

/** False on phones, and on pages that came over plain HTTP. */
export function canShareScreen(): boolean {
  return 'getDisplayMedia' in (navigator.mediaDevices ?? {})
}

/**
 * The screen with its sound, where the browser has it, or the camera alone: a microphone beside a
 * TV would hear itself. Rejects when the person or the browser refuses.
 */
export async function capture(source: Source): Promise<MediaStream> {
  return source === 'screen'
    ? navigator.mediaDevices.getDisplayMedia({ video: true, audio: true })
    : navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
}

/** Whether the browser refused without asking, because too much time passed since the press. */
export function isPressMissing(error: unknown): boolean {
  return (
    error instanceof DOMException &&
    ['InvalidStateError', 'InvalidAccessError'].includes(error.name)
  )
}
