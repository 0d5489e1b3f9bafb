import type { ChromiumPerson } from '../e2e/harness/chromium.ts'
import { waitUntil } from '../e2e/harness/wait.ts'

/** Milliseconds from the start of a call to the first frame of the other one, by the page's marks. */
export async function timeToFirstFrame(person: ChromiumPerson): Promise<number> {
  const took = await waitUntil('the marks of the page', () => readMarks(person), {
    isGood: (ms) => ms !== undefined,
  })
  return took ?? Number.NaN
}

function readMarks({ page }: ChromiumPerson): Promise<number | undefined> {
  return page.evaluate(() => {
    const at = (name: string) => performance.getEntriesByName(name, 'mark')[0]?.startTime
    const [joined, seen] = [at('duet:join'), at('duet:first-remote-frame')]
    return joined === undefined || seen === undefined ? undefined : seen - joined
  })
}
