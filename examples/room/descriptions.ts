import { element } from '../page/element.ts'

interface Words {
  offer: string
  answer: string
  localSdp: string
  remoteSdp: string
}

/** Shows one side's SDP, and whether it is the offer or the answer. */
export function showDescription(
  side: 'local' | 'remote',
  { type, sdp }: { type: 'offer' | 'answer'; sdp: string },
  words: Words,
): void {
  element(`${side}-sdp`, HTMLTextAreaElement).value = sdp
  const label = `${words[`${side}Sdp`]} (${words[type]})`
  element(`${side}-sdp-label`, HTMLLabelElement).textContent = label
}

/** Empties both sides. */
export function clearDescriptions(words: Words): void {
  for (const side of ['local', 'remote'] as const) {
    element(`${side}-sdp`, HTMLTextAreaElement).value = ''
    element(`${side}-sdp-label`, HTMLLabelElement).textContent = words[`${side}Sdp`]
  }
}
