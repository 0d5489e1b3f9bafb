import type { IceServers } from '../ice-servers.ts'

/** RFC 9725 §4.6: each ICE server as a `Link` to it, with its credentials. */
export function iceLinks({ servers }: IceServers): string[] {
  return servers.flatMap(({ urls, username, credential }) => {
    const login =
      username === undefined || credential === undefined
        ? ''
        : `; username="${username}"; credential="${credential}"; credential-type="password"`
    return urls.map((url) => `<${url}>; rel="ice-server"${login}`)
  })
}
