/** Birdwire's mark: a bird that sits on a wire. */
export function Logo({ className }: { readonly className: string }) {
  return (
    <svg className={className} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" className="logo-ground" />
      <path d="M2.5 24.5h27" className="logo-wire" />
      <path
        d="M8.2 23.4C6.6 14.8 11.4 9 17.6 9c2.6 0 4.6 1.4 5.1 3.6l4 1.2-3.7 1.9c-.3 4.6-4 7.7-8.6 7.7z"
        className="logo-bird"
      />
      <circle cx="19.3" cy="13" r="1.1" className="logo-eye" />
    </svg>
  )
}
