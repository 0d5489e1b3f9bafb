import axe from 'axe-core'
import type { ChromiumPerson } from './chromium.ts'

/** The smallest side of anything that is pressed, in CSS pixels. */
const TOUCH_TARGET_PX = 44

/** What is wrong with a page to the eye and to a screen reader, one sentence each. */
export async function lookForFaults(person: ChromiumPerson): Promise<string[]> {
  return [...(await findLayoutFaults(person)), ...(await findViolations(person))]
}

/** What does not fit a window of this size, or a finger. */
export async function findLayoutFaults(person: ChromiumPerson): Promise<string[]> {
  await person.window.wiggle()
  return [...(await findScrolling(person)), ...(await findSmallControls(person))]
}

function findScrolling({ page }: ChromiumPerson): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth > clientWidth ? [`${scrollWidth} px wide in ${clientWidth} px`] : []
  })
}

function findSmallControls({ page }: ChromiumPerson): Promise<string[]> {
  return page.evaluate((least) => {
    const selector =
      'a[href], button, input, select, textarea, summary, [role="button"], [role="switch"]'
    const faults: string[] = []
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      if (element.closest('[inert], [aria-hidden="true"]')) continue
      // A label around a small box is what people press.
      const target = element.closest('label') ?? element
      const { width, height } = target.getBoundingClientRect()
      // Sizes are compared as drawn: 43.99 px is a rounded 44.
      if (Math.round(width) >= least && Math.round(height) >= least) continue
      const name = element.getAttribute('aria-label') ?? element.innerText ?? element.tagName
      faults.push(`"${name.trim()}" is ${Math.round(width)} x ${Math.round(height)} px`)
    }
    return faults
  }, TOUCH_TARGET_PX)
}

/** What a screen reader can't read, and what is too pale to be read. */
export async function findViolations({ page }: ChromiumPerson): Promise<string[]> {
  // Half a megabyte: once a page is enough.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: typeof axe }).axe
    const { violations } = await runner.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(' ')})`)
  })
}
