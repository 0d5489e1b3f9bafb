/** One file of the web app, in the encodings that browsers may ask for. */
export interface WebFile {
  /** Media type. */
  type: string
  body: Uint8Array<ArrayBuffer>
  gzip: Uint8Array<ArrayBuffer> | undefined
  brotli: Uint8Array<ArrayBuffer> | undefined
  /** Its name changes with its content, so browsers may keep it for good. */
  isHashed: boolean
}

/** The built web app. All paths begin with a slash. */
export interface WebApp {
  /** The script that draws the page. */
  entry: string
  /** The entry and what it imports at once. */
  preloads: readonly string[]
  styles: readonly string[]
  files: ReadonlyMap<string, WebFile>
}
