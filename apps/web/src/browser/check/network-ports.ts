import type { Abilities, NetworkPorts } from '../../state/check/ports.ts'
import { gather, gatherOpen } from './gather.ts'
import { tryMedia } from './media-trial.ts'
import { tryRelay } from './relay-trial.ts'
import { askProbe, askServer, askSocket } from './server-trial.ts'

/** Not codecs, though they are listed among them. */
const AUXILIARY = /^(rtx|red|ulpfec|flexfec-03|CN|telephone-event)$/i

/** This browser and the network that it is in. */
export const browserNetwork: NetworkPorts = {
  abilities,
  now: () => Date.now(),
  askServer,
  askSocket,
  askProbe,
  gather,
  gatherOpen,
  tryRelay,
  tryMedia,
}

function abilities(): Abilities {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  return {
    isSecure: isSecureContext,
    hasWebRtc: 'RTCPeerConnection' in globalThis,
    canShareScreen: devices !== undefined && 'getDisplayMedia' in devices,
    codecs: 'RTCRtpSender' in globalThis ? codecs() : [],
  }
}

function codecs(): string[] {
  const names = (['video', 'audio'] as const).flatMap((kind) =>
    (RTCRtpSender.getCapabilities(kind)?.codecs ?? []).map(({ mimeType }) =>
      mimeType.replace(/^\w+\//, ''),
    ),
  )
  return [...new Set(names)].filter((name) => !AUXILIARY.test(name))
}
