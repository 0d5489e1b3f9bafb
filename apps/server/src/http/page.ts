import type { LocalRoot } from '../front/local-root.ts'
import type { WebApp } from './web-app.ts'

/** What the page must know of the server, given with the page itself. */
export interface PageFacts {
  /** Origins: the one to give to others, those that only work in one's own network, the public one. */
  addresses: { best: string | null; lan: readonly string[]; public: string | null }
  /** Whether other devices will be warned of the certificate. */
  selfSigned: boolean
  /** What they can be told to trust, so that they are not; `origin` is one over plain HTTP. */
  root: { name: string; fingerprint: string; endsAt: number; origin: string | null } | null
}

/** What pages tell of the server's own authority. */
export function rootFacts(
  root: LocalRoot | undefined,
  origin: string | undefined,
): PageFacts['root'] {
  if (!root) return null
  const { name, fingerprint, endsAt } = root
  return { name, fingerprint, endsAt, origin: origin ?? null }
}

/** Linked where the web app has such a file. */
const LINKS: readonly (readonly [string, string])[] = [
  ['/favicon.svg', '<link rel="icon" type="image/svg+xml" href="/favicon.svg">'],
  ['/apple-touch-icon.png', '<link rel="apple-touch-icon" href="/apple-touch-icon.png">'],
  ['/manifest.webmanifest', '<link rel="manifest" href="/manifest.webmanifest">'],
]

/** The one HTML document: all views are drawn by its script. */
export function pageHtml(app: WebApp, facts: PageFacts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Duet</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf9f6">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131518">
<meta name="description" content="Calls between two people, in the browser.">
${[
  ...app.styles.map((path) => `<link rel="stylesheet" href="${path}">`),
  ...app.preloads.map((path) => `<link rel="modulepreload" href="${path}">`),
  ...LINKS.filter(([path]) => app.files.has(path)).map(([, link]) => link),
].join('\n')}
<script type="application/json" id="duet-config">${jsonInHtml(facts)}</script>
<script type="module" src="${app.entry}"></script>
</head>
<body>
<div id="app"></div>
<noscript>Duet needs JavaScript to call someone.</noscript>
</body>
</html>
`
}

/** JSON that cannot end the element it stands in. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`)
}
