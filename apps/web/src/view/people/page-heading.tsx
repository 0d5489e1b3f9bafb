import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useAccount } from './account-context.ts'

export interface PageHeadingProps {
  children: ComponentChildren
  class?: string
}

/** The heading of an account page: takes the focus when one comes from another page. */
export function PageHeading({ children, class: classes }: PageHeadingProps) {
  const { router } = useAccount()
  const ref = useRef<HTMLHeadingElement>(null)
  const { pathname } = router.place.value
  useEffect(() => {
    if (router.hasMoved) ref.current?.focus()
  }, [pathname])
  return (
    <h1 ref={ref} class={`page-title ${classes ?? ''}`} tabIndex={-1} data-testid="page-title">
      {children}
    </h1>
  )
}
