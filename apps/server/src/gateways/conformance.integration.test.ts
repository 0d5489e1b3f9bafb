import { describeGateway } from './conformance.ts'
import { describeMixedCall } from './mixed-conformance.ts'
import { NATIVE } from './native/dialect-client.ts'
import { ROOM } from './room/dialect-client.ts'
import { SRS } from './srs/dialect-client.ts'
import { TOPIC } from './topic/dialect-client.ts'

const DIALECTS = [NATIVE, ROOM, TOPIC, SRS]

for (const dialect of DIALECTS) describeGateway(dialect)

for (const first of DIALECTS) {
  for (const second of DIALECTS) {
    if (first !== second) describeMixedCall(first, second, DIALECTS)
  }
}
