/** Splits a query as `search_words.py` splits pages: words, and numbers in one spelling. */
var splitQuery = (query) => {
  const NUMBER = /(?<![\p{L}\p{N}_.])(?:10\^\{?(-?\d+)\}?|(\d{1,3}(?:[,_\u202f]\d{3})+|\d+)((?:\.\d+)*)(?:e([-+]?\d+))?)(?![\p{L}\p{N}_])(\s?(?:%|per\s?cent(?![\p{L}\p{N}_])))?/u;
  const WORD = /[\p{L}\p{N}_]+/u;
  const parts = query.replaceAll("\u2212", "-").toLowerCase();
  const found = parts.matchAll(new RegExp(`${NUMBER.source}|${WORD.source}`, "gu"));
  return [...found].map(([word, power, whole, rest, exponent, percent]) => {
    if (power) return `1e${Number(power)}`;
    if (!whole) return word;
    const digits = whole.replace(/[,_\u202f]/g, "") + rest;
    return digits + (exponent ? `e${Number(exponent)}` : "") + (percent ? "%" : "");
  });
};
