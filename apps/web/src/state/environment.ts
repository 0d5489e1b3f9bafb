/** What about this browser or this page stands in the way of a call. */
export type ObstacleName = 'no-webrtc' | 'in-app-browser' | 'insecure' | 'framed'

/** The facts that decide it, as the browser tells them. */
export interface EnvironmentFacts {
  hasPeerConnection: boolean
  hasMediaDevices: boolean
  isSecureContext: boolean
  userAgent: string
  isFramed: boolean
  /** Permissions policy passes camera and microphone on to this frame. */
  framePassesMedia: boolean
}

/** WeChat, QQ (not its browser), LINE, Facebook and Instagram show pages inside themselves. */
const IN_APP = /MicroMessenger\/|\bQQ\/|\bLine\/|\bFBA[NV]\b|\bFB_IAB\b|\bInstagram\b/

/** The one obstacle to name first; null when the way is free. */
export function obstacleOf(facts: EnvironmentFacts): ObstacleName | null {
  if (IN_APP.test(facts.userAgent)) return 'in-app-browser'
  if (!facts.hasPeerConnection) return 'no-webrtc'
  if (!facts.isSecureContext) return 'insecure'
  if (facts.isFramed && !facts.framePassesMedia) return 'framed'
  if (!facts.hasMediaDevices) return 'no-webrtc'
  return null
}
