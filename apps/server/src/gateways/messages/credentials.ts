/** What somebody registers or logs in with; undefined fields were not given. */
export interface Credentials {
  /** Whether the answer is JSON as well. */
  isJson: boolean
  username: string | undefined
  password: string | undefined
}

/** Reads a form, or JSON. Undefined when the body is neither. */
export async function readCredentials(request: Request): Promise<Credentials | undefined> {
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  switch (type) {
    case 'application/json':
      return readJson(await request.text())
    case 'application/x-www-form-urlencoded': {
      const fields = new URLSearchParams(await request.text())
      return {
        isJson: false,
        username: fields.get('username') ?? undefined,
        password: fields.get('password') ?? undefined,
      }
    }
    case 'multipart/form-data':
      return readMultipart(request)
    default:
      return undefined
  }
}

/** Whether a request without a body wants JSON. */
export function wantsJson({ headers }: Request): boolean {
  const type = headers.get('content-type') ?? ''
  return (
    /^application\/json\b/i.test(type) || /\bapplication\/json\b/i.test(headers.get('accept') ?? '')
  )
}

function readJson(text: string): Credentials {
  const [username, password] = ['username', 'password'].map((name) => {
    const value: unknown = memberOf(text, name)
    return typeof value === 'string' ? value : undefined
  })
  return { isJson: true, username, password }
}

function memberOf(json: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  } catch {
    return undefined
  }
}

async function readMultipart(request: Request): Promise<Credentials | undefined> {
  try {
    const form = await request.formData()
    const [username, password] = ['username', 'password'].map((name) => {
      const value = form.get(name)
      return typeof value === 'string' ? value : undefined
    })
    return { isJson: false, username, password }
  } catch {
    return undefined
  }
}
