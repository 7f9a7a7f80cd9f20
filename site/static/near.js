// Work that waits until the reader scrolls near it.

const NEAR = "400px";

/** Calls `act` once for each element, when it comes near the viewport. */
export function whenNear(elements, act) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        act(target);
      }
    },
    { rootMargin: NEAR },
  );
  for (const element of elements) observer.observe(element);
}
