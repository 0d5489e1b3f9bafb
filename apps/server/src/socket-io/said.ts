/** What a client said in an event that is relayed, with the JSON that it came as. */
export class Said {
  readonly data: unknown
  /** As it stood in the frame; undefined: it came with attachments. */
  readonly json: string | undefined

  constructor(data: unknown, json?: string) {
    this.data = data
    this.json = json
  }
}
