/** A program for public hosts: `bun stun-process.ts <address>` is a STUN server on port 3478. */
import { createTurnServer } from '@duet/turn'

await createTurnServer({
  udp: [{ host: process.argv[2] ?? '', port: 3478 }],
  authenticate: () => undefined,
})
process.stdout.write('ready\n')
