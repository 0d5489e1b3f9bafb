import type { Gathering, OpenGathering } from '../../state/check/ports.ts'
import { readCandidate, type SeenCandidate } from '../../state/check/seen-candidate.ts'

/** A server that takes longer is none; browsers themselves wait for most of a minute. */
const GATHER_MS = 8_000

/** Gathers candidates until there are enough, or no more come. */
export async function gather(
  urls: readonly string[],
  isEnough: (so: Gathering) => boolean,
): Promise<Gathering> {
  const gathering = await gatherOpen(urls, isEnough)
  gathering.close()
  return gathering
}

/** The same; the ICE agent goes on answering until it is closed. */
export async function gatherOpen(
  urls: readonly string[],
  isEnough: (so: Gathering) => boolean,
): Promise<OpenGathering> {
  const connection = new RTCPeerConnection({ iceServers: [{ urls: [...urls] }] })
  connection.createDataChannel('check')
  const candidates: SeenCandidate[] = []
  const errors: { url: string; code: number }[] = []
  const isOver = () => connection.iceGatheringState === 'complete'
  const gathered = new Promise<void>((resolve) => {
    const finish = () => resolve()
    const timer = setTimeout(finish, GATHER_MS)
    const judge = () => {
      if (!isOver() && !isEnough({ candidates, errors, isComplete: false })) return
      clearTimeout(timer)
      finish()
    }
    connection.addEventListener('icecandidate', ({ candidate }) => {
      const seen = candidate && readCandidate(candidate.candidate)
      if (seen) candidates.push(seen)
      judge()
    })
    connection.addEventListener('icecandidateerror', ({ url, errorCode }) =>
      errors.push({ url, code: errorCode }),
    )
    connection.addEventListener('icegatheringstatechange', judge)
  })
  await connection.setLocalDescription()
  await gathered
  const sdp = connection.localDescription?.sdp ?? ''
  const attribute = (name: string) => new RegExp(`^a=${name}:(\\S+)`, 'm').exec(sdp)?.[1] ?? ''
  return {
    candidates,
    errors,
    isComplete: isOver(),
    ufrag: attribute('ice-ufrag'),
    pwd: attribute('ice-pwd'),
    close: () => connection.close(),
  }
}
