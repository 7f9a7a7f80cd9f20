// What a reader did, kept in his browser only. Where nothing can be kept, a page goes on without.

const PREFIX = "misgen.";

/** Return what was kept under a name, or `otherwise`. */
export function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? otherwise;
  } catch { // storage is refused, or holds what somebody else wrote
    return otherwise;
  }
}

/** Keep a value; returns whether it could be kept for another visit. */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return !localStorage.endsWithThePage; // as first.js has it where a browser keeps nothing
  } catch {
    return false;
  }
}

/** What is told of what a reader did, where it was kept for another visit, and where not. */
export function keptOrNot(isKept) {
  return isKept ? "This is kept in your browser." : "Your browser keeps nothing: this ends with the page.";
}

/** Keep it no longer; returns whether the browser let it be removed. */
export function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
    return true;
  } catch {
    return false;
  }
}

/** Return the names that begin so, of all that is kept. */
export function namesKept(start) {
  try {
    const all = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i));
    const ours = all.filter((name) => name.startsWith(PREFIX + start));
    return ours.map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** Call `listener` with each name that another tab has changed, and whether it still holds a value. */
export function onKept(listener) {
  const hear = ({ key, newValue }) => {
    if (key?.startsWith(PREFIX)) listener(key.slice(PREFIX.length), newValue !== null);
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}
