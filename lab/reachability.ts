import type { Namespace } from './namespace-set.ts'

/** Whether a reflector answers a machine at this address, over UDP. */
export function answersUdp(from: Namespace, address: string, port: number): Promise<boolean> {
  return succeeds(
    from,
    `
    const answered = Promise.withResolvers()
    const socket = await Bun.udpSocket({ socket: { data: answered.resolve, error() {} } })
    for (let attempt = 0; attempt < 5; attempt += 1) {
      socket.send('x', ${port}, '${address}')
      if (await Promise.race([answered.promise.then(() => true), Bun.sleep(300)])) process.exit(0)
    }
    process.exit(1)`,
  )
}

/** Whether a reflector answers a machine at this address, over TCP. */
export function answersTcp(from: Namespace, address: string, port: number): Promise<boolean> {
  return succeeds(
    from,
    `
    setTimeout(() => process.exit(1), 1500)
    await Bun.connect({
      hostname: '${address}',
      port: ${port},
      socket: { data: () => process.exit(0), connectError: () => process.exit(1) },
    })`,
  )
}

async function succeeds({ prefix }: Namespace, code: string): Promise<boolean> {
  const child = Bun.spawn([...prefix, process.execPath, '-e', code], { stderr: 'ignore' })
  return (await child.exited) === 0
}
