(() => {
  // A host shows this page for any address below the site, whose folder its links then need. The
  // site may be a copy of itself, in a folder that nobody has configured.
  const base = document.querySelector("base");
  const MARK = "_static/favicon.svg";

  const isRoot = (folder) => {
    const request = new XMLHttpRequest();
    request.open("HEAD", folder + MARK, false); // waited for, as the styles come next on the page
    request.send();
    return request.status === 200 && request.getResponseHeader("Content-Type")?.includes("svg");
  };

  function rootOf(path) {
    const names = path.split("/").slice(0, -1);
    const folders = names.map((_, i) => `${names.slice(0, names.length - i).join("/")}/`); // deepest first
    try {
      return folders.find(isRoot);
    } catch {
      return undefined; // no network, or a frame that may not ask
    }
  }

  if (location.protocol === "file:") base.remove();
  else base.href = rootOf(location.pathname) ?? base.getAttribute("href");
  addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll('a[href^="#"]'))
      link.href = location.pathname + link.getAttribute("href");
  });
})();
