import { withCors } from './cors.ts'
import { REFUSALS, type MediaRefusal } from './refusal.ts'

/** A refusal as SRS's clients understand it: status 200, and a code that is not 0. */
export function srsRefusal({ code, message }: MediaRefusal): Response {
  return withCors(Response.json({ code: REFUSALS[code].srs, message }))
}
