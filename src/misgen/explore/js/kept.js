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

/** Keep a value; returns whether it could be kept. */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
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
