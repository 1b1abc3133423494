// What the book changes in Sphinx's search; it runs on the search page, after searchtools.js.

// Of two pages that fit equally well the earlier chapter is first, where things are introduced.
Scorer.score = ([docname, title, anchor, descr, score]) => {
  const chapter = parseInt(title.replace(/<[^>]*>/g, ""));
  return score - (Number.isNaN(chapter) ? 99 : chapter) / 1000;
};

// Each page is listed once, at its best place, and leads to a section if one of its results does.
{
  const performSearch = Search._performSearch;
  Search._performSearch = (...query) => {
    const pages = new Map();
    for (const result of performSearch(...query).reverse()) {
      const first = pages.get(result[0]);
      if (!first) pages.set(result[0], result);
      else if (!first[2]) [first[1], first[2]] = [result[1], result[2]];
    }
    return [...pages.values()].reverse();
  };
}

// An excerpt comes from the section that fits best, which it names, and shows one tab of a set.
Search.makeSearchSummary = (html, keywords, anchor) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const main = parsed.querySelector("main article");
  if (!main) return null;

  // the words stand at their beginning only, since Sphinx has cut off their endings; in Chinese
  // nothing shows where a word begins
  const query = new URLSearchParams(location.search).get("q").toLowerCase().trim();
  const words = [...keywords].sort((one, other) => other.length - one.length);
  const patterns = words.map((word) => RegExp(
    `${/\p{Script=Han}/u.test(word) ? "" : "(?<![\\p{L}\\p{N}_])"}${_escapeRegExp(word)}`, "iu"));
  const fit = (text) => (text.toLowerCase().includes(query) ? 1 : 0)
    + patterns.filter((pattern) => pattern.test(text)).length;
  const best = (nodes) => nodes.reduce((one, other) =>
    fit(other.textContent) > fit(one.textContent) ? other : one);

  const chosen = document.documentElement.dataset.framework;
  main.querySelectorAll(".sd-tab-set").forEach((tabs) => {
    const label = tabs.querySelector(`:scope > label[data-sync-id="${chosen}"]`);
    const contents = [...tabs.querySelectorAll(":scope > .sd-tab-content")];
    const isChosen = (node) => node.id === label?.getAttribute("aria-controls");
    const kept = best(contents.sort((one, other) => isChosen(other) - isChosen(one)));
    contents.forEach((content) => content !== kept && content.remove());
  });
  main.querySelectorAll("script, style, .headerlink, .book-header, .book-footer, .sd-tab-label, "
    + "p.rubric:has(+ .book-footer), div.math").forEach((node) => node.remove());
  main.querySelectorAll("dt, dd, td, th, li, p, pre").forEach((node) => node.append(" "));

  // a section without those inside it; the page's own introduction comes last, as it only promises
  const target = anchor && main.querySelector(anchor);
  const [page, ...inner] = main.querySelectorAll("section");
  const parts = target ? [target] : [...inner, page];
  const own = parts.map((part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("section").forEach((section) => section.remove());
    if (part.tagName === "DT") copy.append(part.nextElementSibling.cloneNode(true));
    return copy;
  });
  const shown = best(own);

  const summary = document.createElement("p");
  summary.className = "context";
  const heading = shown.querySelector("h2, h3, h4");
  if (heading && !target) {
    const name = html.match(/DOCUMENTATION_OPTIONS\.pagename = '([^']+)'/)[1];
    const link = summary.appendChild(document.createElement("a"));
    link.href = name + DOCUMENTATION_OPTIONS.LINK_SUFFIX + "#" + shown.id;
    link.textContent = heading.textContent.trim();
    summary.append(" \u2014 ");
  }
  shown.querySelectorAll("h1, h2, h3, h4").forEach((node) => node.remove());
  const text = shown.textContent.replace(/\s+/g, " ").trim();
  const places = [text.toLowerCase().indexOf(query), ...patterns.map((one) => text.search(one))];
  const start = Math.max((places.find((place) => place >= 0) ?? 0) - 60, 0);
  summary.append(start ? "\u2026" : "", text.slice(start, start + 240));
  if (start + 240 < text.length) summary.append("\u2026");
  return summary;
};
