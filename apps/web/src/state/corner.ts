/** Where the own picture rests. */
export type Corner = 'top-left' | 'top-right' | 'bottom-right' | 'bottom-left'

/** Clockwise. */
export const CORNERS: readonly Corner[] = ['top-left', 'top-right', 'bottom-right', 'bottom-left']

/** The next corner, clockwise. */
export function nextCorner(corner: Corner): Corner {
  return CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] ?? 'bottom-right'
}

/** The corner that an arrow key leads to; undefined for any other key. */
export function cornerByKey(corner: Corner, key: string): Corner | undefined {
  const [vertical, horizontal] = corner.split('-')
  switch (key) {
    case 'ArrowUp':
      return `top-${horizontal}` as Corner
    case 'ArrowDown':
      return `bottom-${horizontal}` as Corner
    case 'ArrowLeft':
      return `${vertical}-left` as Corner
    case 'ArrowRight':
      return `${vertical}-right` as Corner
    default:
      return undefined
  }
}

/** The corner of a `width` by `height` area that is nearest to a point in it. */
export function nearestCorner(
  point: { x: number; y: number },
  area: { width: number; height: number },
): Corner {
  const vertical = point.y < area.height / 2 ? 'top' : 'bottom'
  const horizontal = point.x < area.width / 2 ? 'left' : 'right'
  return `${vertical}-${horizontal}`
}
