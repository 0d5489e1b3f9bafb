/** Two circles that share a part: two people, one call. */
export function Logo({ size }: { size: number }) {
  return (
    <svg class="logo" viewBox="0 0 40 28" height={size} aria-hidden="true">
      <circle class="logo-one" cx="14" cy="14" r="12" />
      <circle class="logo-two" cx="26" cy="14" r="12" />
      <path class="logo-both" d="M20 3.6a12 12 0 0 1 0 20.8a12 12 0 0 1 0-20.8z" />
    </svg>
  )
}
