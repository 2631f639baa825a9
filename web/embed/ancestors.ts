// The pages around a frame, as its browser tells them.

/** The origins of the pages around `frame`, the nearest first. Firefox tells only the nearest, and only when that page lets it. */
export function ancestorsOf(frame: Window): string[] {
  const told = frame.location.ancestorOrigins as DOMStringList | undefined
  if (told) return Array.from(told)
  const nearest = URL.parse(frame.document.referrer)
  return nearest && nearest.origin !== frame.location.origin ? [nearest.origin] : []
}
