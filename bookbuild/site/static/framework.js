// Decides whose tabs a page shows: those of the framework in its address, by any of the names that
// people write, else the reader's last choice, else the book's. sphinx-design keeps the tabs of a
// page in step. This runs before the page is read, so that no other tab is seen first.
{
  const GROUP = "framework"; // in an address, and of the tabs
  const KEY = `sphinx-design-tab-id-${GROUP}`;
  const script = document.currentScript.dataset;
  const names = new Map(Object.entries(JSON.parse(script.names)));
  const known = (name) => names.get(name?.trim().toLowerCase());
  const named = () => known(new URLSearchParams(location.search).get(GROUP));
  const sets = document.getElementsByClassName("sd-tab-set");
  let chosen;
  let repeats = false; // whether the address only repeats a choice
  let seen = 0;

  function choose(name) {
    chosen = name;
    document.documentElement.dataset.framework = name ?? script.default;
    try {
      if (name) localStorage.setItem(KEY, name);
    } catch {
      // the reader lets no site keep anything
    }
  }

  function decide() {
    let kept;
    try {
      kept = known(localStorage.getItem(KEY));
    } catch {
      // as above
    }
    // an address that only repeats the choice of its time gives way to a later one
    repeats = Boolean(history.state?.[GROUP]);
    choose(repeats ? kept ?? named() : named() ?? kept);
  }

  /** Shows the chosen tabs of all sets that came in since; the last may not yet be whole. */
  function show() {
    for (const tabs of [...sets].slice(seen)) {
      // or a browser that comes back to a page sets them as they were
      tabs.querySelectorAll(":scope > input").forEach((input) => (input.autocomplete = "off"));
      const label = chosen && tabs.querySelector(`:scope > label[data-sync-id="${chosen}"]`);
      if (label) label.previousElementSibling.checked = true;
    }
    seen = Math.max(sets.length - 1, 0);
  }

  /** Puts the choice into the address, where there are tabs or it already names a framework. */
  function tell() {
    const url = new URL(location);
    const asked = url.searchParams.has(GROUP);
    repeats ||= named() !== chosen;
    if (chosen && (asked || sets.length)) url.searchParams.set(GROUP, chosen);
    else if (asked) url.searchParams.delete(GROUP);
    else return;
    history.replaceState(repeats ? { ...history.state, [GROUP]: true } : history.state, "", url);
  }

  decide();
  const observer = new MutationObserver(show);
  observer.observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    observer.disconnect();
    show();
    tell();
  });
  document.addEventListener("change", ({ target }) => {
    const { syncGroup, syncId } = target.nextElementSibling?.dataset ?? {};
    if (syncGroup !== GROUP) return;
    choose(syncId);
    tell();
  });
  addEventListener("popstate", tell);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    decide();
    seen = 0;
    show();
    tell();
  });
}
