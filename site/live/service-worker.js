// Lets a reader who has started Python once come back without a network. It is registered then, by
// python.js, and by nothing else; it lies at the root of the site, as its scope is the folder it is in.
//
// What belongs to live Python is answered from what is kept, as its folder is named by its hash. Pages
// and all else come from the network, and from what was kept of them where there is none. A new
// edition waits until the pages of the old one are closed, and then removes what was kept for them.

const EDITION = new URL(location.href).searchParams.get("edition");
const SITE = new URL(registration.scope).pathname;
const OURS = `misgen ${SITE} `;
const [LIVE, PAGES] = ["live", "pages"].map((what) => `${OURS}${what} ${EDITION}`);

const withoutQuery = (address) => address.split(/[?#]/)[0];

const MOST_BYTES = 5_000_000; // of a page or what it shows; the printed book is more

async function keep(name, address, response) {
  try {
    await (await caches.open(name)).put(address, response);
  } catch { /* no room: it works with the network, as before */ }
}

async function kept(name, address) {
  return (await caches.open(name)).match(address);
}

async function keptFirst(event, address) {
  const found = await kept(LIVE, address);
  if (found) return found;
  const response = await fetch(event.request);
  if (response.ok) event.waitUntil(keep(LIVE, address, response.clone()));
  return response;
}

async function freshFirst(event, address) {
  try {
    const response = await fetch(event.request);
    const isPlain = response.ok && response.type === "basic" && !response.redirected;
    if (isPlain && !(Number(response.headers.get("Content-Length")) > MOST_BYTES)) event.waitUntil(keep(PAGES, address, response.clone()));
    return response;
  } catch (error) {
    return (await kept(PAGES, address)) ?? Promise.reject(error);
  }
}

addEventListener("fetch", (event) => {
  const address = withoutQuery(event.request.url);
  if (event.request.method !== "GET" || !address.startsWith(registration.scope)) return;
  const [, edition] = address.match(/\/_static\/live\/(\w+)\//) ?? [];
  if (edition === undefined) event.respondWith(freshFirst(event, address));
  else if (edition === EDITION) event.respondWith(keptFirst(event, address));
});

addEventListener("activate", (event) => {
  const tidy = async () => {
    const others = (await caches.keys()).filter((name) => name.startsWith(OURS) && ![LIVE, PAGES].includes(name));
    await Promise.all(others.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(tidy());
});
