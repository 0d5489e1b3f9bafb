import { expect, test } from 'bun:test'
import { createDepacketizer } from './codecs/depacketizer.ts'
import { fromHex, randomNumbers } from './testing/bytes.ts'
import { payloadsOf } from './testing/frames.ts'

const RUNS = process.env['DUET_LONG'] === '1' ? 3_000_000 : 20_000
/** Numbers that differ from run to run; the title shows it. */
const seed = 1 + Math.floor(Math.random() * 0x7fff_fffe)
const random = randomNumbers(seed)

/** Well-formed payloads that are changed here and there. */
const TEMPLATES = {
  OPUS: ['fc0102'],
  VP8: ['10 9077019d012a0005d0020007', '90f0 8111 22 33 91', '00 aabb'],
  VP9: [
    '8c 11 82498342004ff02cf60638241c184a1804187fd5f9bf3ff1',
    'ae 11 00 07 30 0280 0168 0500 02d0 82498342004ff02cf60638241c184a18',
    'fc 12 00 0505 04 86004050',
    '84 8111 aabb',
  ],
  H264: [
    '78 001a 6764001facd9405005bb0110000003001000000300a0f1831960 0006 68ebe3cb22c0 0004 65888400',
    '6742c00bd901519e226c044000000300400000030283c50a92',
    '68ebe3cb22c0',
    '65888400',
    '7c85 8884',
    '7c45 bb',
  ],
  AV1: [
    '28 0c 08000000043d06d4daf90040 30 10aa',
    '08 01 10 0d 0a0b000000043d06d4daf90040 03 30 10aa',
    '50 30 30aa',
    'a0 01 bb 30 40',
  ],
} as const

function changed(template: Uint8Array): Uint8Array {
  const bytes = template.slice(0, random(4) === 0 ? 1 + random(template.length) : template.length)
  for (let change = random(4); change > 0; change -= 1) {
    const at = random(bytes.length)
    bytes[at] = random(2) === 0 ? random(256) : bytes[at]! ^ (1 << random(8))
  }
  return bytes
}

test.each(Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[])(
  `%s: changed packets throw nowhere, and no frame is larger than what came (seed ${seed})`,
  (name) => {
    const templates = TEMPLATES[name].map(fromHex)
    const depacketizer = createDepacketizer({
      name,
      payloadType: 96,
      rtxPayloadType: undefined,
      clockRate: 90_000,
      channels: 1,
      parameters: 'sprop-parameter-sets=Z0LACtkBUZ4ibARAAAAD,,aOs=,!',
      feedback: [],
    })
    for (let run = 0; run < RUNS; run += 1) {
      const packets = Array.from({ length: 1 + random(5) }, () =>
        changed(templates[random(templates.length)]!),
      )
      const made = depacketizer.read(payloadsOf(packets, random(256)))
      if (typeof made === 'string') continue
      // Sizes before units, and at the most all parameter sets that are remembered.
      const size = packets.reduce((sum, { length }) => sum + length, 0)
      expect(made.data.length).toBeLessThanOrEqual(5 * size + 40 * 32)
      expect(made.pictureSize > 0).toBe(made.isKeyFrame && name !== 'OPUS')
      expect(made.description === undefined).toBe(
        !made.isKeyFrame || (name !== 'H264' && name !== 'AV1'),
      )
    }
  },
  600_000,
)
