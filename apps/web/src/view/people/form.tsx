import type { ComponentChildren } from 'preact'

interface FormProps {
  class?: string
  onSubmit: () => void
  children: ComponentChildren
}

/** A form that the page itself judges and sends: the browser neither checks it nor goes elsewhere. */
export function Form({ class: look, onSubmit, children }: FormProps) {
  return (
    <form
      class={look}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
    </form>
  )
}
