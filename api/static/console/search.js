// The search field of every page: the key / goes there, arrows walk what it suggests, Escape puts the list away.
"use strict";
(() => {
  const field = document.getElementById("find");
  const form = field?.form;
  const list = document.getElementById("suggestions");
  if (!field || !list) return;
  const links = () => [...list.querySelectorAll("a")];
  const shut = () => {
    list.replaceChildren();
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      shut();
      field.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const found = [field, ...links()];
    if (!step || found.length === 1) return;
    event.preventDefault();
    found.at((found.indexOf(document.activeElement) + step) % found.length)?.focus();
  });
  form.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !form.contains(relatedTarget)) shut();
  });
  document.addEventListener("click", ({ target }) => {
    if (!form.contains(target)) shut();
  });
  // Whoever pressed Enter is on the way to the results; what was suggested late, or failed, changes nothing.
  let gone = false;
  form.addEventListener("submit", () => (gone = true));
  window.addEventListener("pageshow", () => (gone = false));
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (gone || field.value.trim() === "") event.detail.shouldSwap = false;
  });
  field.addEventListener("input", () => {
    if (field.value.trim() === "") shut();
  });
  for (const failed of ["htmx:responseError", "htmx:sendError"]) form.addEventListener(failed, (event) => event.stopPropagation());
})();
