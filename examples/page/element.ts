/** The element of the page with this id. Throws when the page has none of this kind. */
export function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.querySelector(`#${id}`)
  if (!(found instanceof kind)) throw new Error(`this page wants a ${kind.name} with the id ${id}`)
  return found
}
