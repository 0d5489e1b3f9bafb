const contentSecurityPolicy = (connections: string): string =>
  [
    "default-src 'self'",
    `connect-src 'self' ${connections}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ')

/** What every page of ours tells the browser to allow and to refuse. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy('ws: wss:'),
  'permissions-policy':
    'camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The same for demo pages, whose address may name another server. */
export const DEMO_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'content-security-policy': contentSecurityPolicy('ws: wss: http: https:'),
}
