// The slides are light or dark as the book is in this browser, and else as the system is.
(() => {
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const isDark = kept("theme") === "dark" || (!kept("theme") && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
})();
