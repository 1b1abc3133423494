// A link to another language keeps the section that is read, and what is asked for behind the "?".

/** Returns the fragment of what is read: the one in the address while it is seen, or the section. */
function readFragment() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const place = named?.getBoundingClientRect();
  if (place && place.bottom > 0 && place.top < innerHeight) return location.hash;
  const root = document.documentElement;
  // at its end a page scrolls no further: what is seen last is read
  const atEnd = scrollY > 0 && scrollY + innerHeight >= root.scrollHeight - 2;
  const passed = [...document.querySelectorAll("article section[id]")].filter(
    (section) => section.getBoundingClientRect().top < innerHeight * (atEnd ? 0.9 : 0.3),
  );
  // the first section is the page
  return passed.length > 1 ? `#${passed.at(-1).id}` : "";
}

function keepPlace() {
  for (const link of document.querySelectorAll("a.book-language")) {
    link.search = location.search;
    link.hash = readFragment();
  }
}

// before a click, a tap or the Enter key, also with a button that opens another tab
for (const event of ["pointerdown", "focusin", "click"]) {
  document.addEventListener(event, ({ target }) => {
    if (target.closest?.("a.book-language")) keepPlace();
  });
}
