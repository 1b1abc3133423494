// The buttons for the list of chapters and for the contents of a page. The theme opens what they are
// for, beside the text or in a dialog; this says in the page which is open, closes a dialog that is
// done with, and gives the focus back.
document.addEventListener("DOMContentLoaded", () => {
  for (const [name, width] of [["primary", 992], ["secondary", 1200]]) {
    const button = document.querySelector(`.${name}-toggle`);
    const sidebar = document.getElementById(`pst-${name}-sidebar`);
    const dialog = document.getElementById(`pst-${name}-sidebar-modal`);
    if (!button || !dialog) continue;
    const beside = matchMedia(`(min-width: ${width}px)`);
    const update = () => {
      const hidden = sidebar.classList.contains("pst-sidebar-hidden");
      button.setAttribute("aria-expanded", beside.matches ? !hidden : dialog.open);
    };
    const changes = new MutationObserver(update);
    changes.observe(sidebar, { attributeFilter: ["class"] });
    changes.observe(dialog, { attributeFilter: ["open"] });
    update();

    dialog.setAttribute("aria-label", button.getAttribute("aria-label"));
    dialog.addEventListener("click", ({ target }) => {
      if (target.closest("a[href]")) dialog.close();
    });
    dialog.addEventListener("close", () => button.focus());
    beside.addEventListener("change", () => {
      dialog.close();
      update();
    });
  }
  // phones have no such mode
  if (!(document.fullscreenEnabled || document.webkitFullscreenEnabled)) {
    document.querySelector(".btn-fullscreen-button")?.remove();
  }
});
