import type { HttpRoute } from '../front/socket.ts'
import { answerOptions } from './cors.ts'
import { frontRefusal, NATIVE_PREFIXES } from './native-routes.ts'
import { problem } from './problem.ts'
import { MediaRefusal } from './refusal.ts'
import { srsRefusal } from './srs-answer.ts'
import { SRS_PREFIX } from './srs-routes.ts'

/** In place of WHIP and WHEP without a media server: says how to have one. */
export function refuseNative(): HttpRoute[] {
  return Object.keys(NATIVE_PREFIXES).map((prefix) => refusing(prefix, problem, MEDIA_IS_OFF))
}

/** In place of SRS's API without a media server. */
export function refuseSrsMedia(): HttpRoute[] {
  return [refusing(SRS_PREFIX, srsRefusal, MEDIA_IS_OFF)]
}

/** In place of SRS's API where its dialect is switched off. */
export function refuseSrs(): HttpRoute[] {
  return [
    refusing(
      SRS_PREFIX,
      problem,
      'The srs dialect is switched off here; --dialects srs switches it on.',
    ),
  ]
}

const MEDIA_IS_OFF =
  'There is no media server here; --media-port 8000 switches it on, and the log says what it lacks.'

function refusing(
  prefix: string,
  tell: (refusal: MediaRefusal) => Response,
  sentence: string,
): HttpRoute {
  return {
    prefix,
    maxBodyBytes: 0,
    isPlainAllowed: true,
    refuse: (status) =>
      tell(status === 413 ? new MediaRefusal('disabled', sentence) : frontRefusal(status)),
    respond: (_context, request) =>
      request.method === 'OPTIONS'
        ? answerOptions(request)
        : tell(new MediaRefusal('disabled', sentence)),
  }
}
