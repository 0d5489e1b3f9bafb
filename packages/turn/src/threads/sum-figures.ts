/** Figures in as many levels as there are. */
export interface Figures {
  [name: string]: number | Figures
}

/** The sum of figures that several threads keep, name by name; a name that one lacks counts as 0. */
export function sumFigures(all: readonly Figures[]): Figures {
  const sum = new Map<string, number | Figures>()
  for (const figures of all) {
    for (const [name, value] of Object.entries(figures)) {
      const before = sum.get(name)
      if (typeof value === 'number')
        sum.set(name, (typeof before === 'number' ? before : 0) + value)
      else sum.set(name, sumFigures(typeof before === 'object' ? [before, value] : [value]))
    }
  }
  return Object.fromEntries(sum)
}
