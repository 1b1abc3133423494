// Code, tables and formulas wider than their place scroll by themselves. Those that do just now can
// be reached with the Tab key, then scrolled with the arrows; a tab or a turned screen changes it.
document.addEventListener("DOMContentLoaded", () => {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  const wide = "pre, .pst-scrollable-table-container, mjx-container[display]";
  for (const node of document.querySelectorAll(wide)) observer.observe(node);
});
