import type { EnvironmentFacts } from '../state/environment.ts'

/** Chromium's way to ask what a frame may do; others have none. */
interface PolicyDocument {
  featurePolicy?: { allowsFeature(name: string): boolean }
}

/** Asks this browser and this page for the facts. */
export function environmentFacts(): EnvironmentFacts {
  const policy = (document as PolicyDocument).featurePolicy
  return {
    hasPeerConnection: 'RTCPeerConnection' in window,
    hasMediaDevices: 'mediaDevices' in navigator,
    isSecureContext: window.isSecureContext,
    userAgent: navigator.userAgent,
    isFramed: window.self !== window.top,
    framePassesMedia:
      !policy || (policy.allowsFeature('camera') && policy.allowsFeature('microphone')),
  }
}
