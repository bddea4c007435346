// What JavaScript adds to the console's pages. Each page works without it.
"use strict";
(() => {
  const copied = document.currentScript.dataset.copied;
  const announce = (text) => (document.getElementById("announce").textContent = text);

  // The server tells times in the reader's zone, from the next page on; the overview, where people arrive, is read again at once.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const told = () => document.cookie.includes(`traceledger_zone=${zone}`);
  const news = zone && !told();
  if (zone) document.cookie = `traceledger_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  if (news && told() && location.pathname === "/console") location.reload();

  // Copy buttons: only where the browser lets a page write to the clipboard.
  const reveal = (root) => {
    if (navigator.clipboard) root.querySelectorAll(".copy").forEach((button) => (button.hidden = false));
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("copied");
    announce(copied);
    setTimeout(() => button.classList.remove("copied"), 1200);
  });

  // Leave empty filters out of the address.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") return;
    for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const list = (target.id && document.getElementById(target.id)) || target;
    reveal(list);
    announce(list.querySelector("[data-announce]")?.textContent ?? "");
  });
  // What is not a list (signed out, refused, no answer) is shown as a page of its own.
  const whole = ({ detail }) => location.assign(detail.pathInfo.finalRequestPath);
  document.addEventListener("htmx:responseError", whole);

  // A click into the menu of a phone closes it before the next page comes.
  document.addEventListener("click", (event) => {
    const menu = event.target.closest("[popover]");
    if (menu?.matches(":popover-open") && event.target.closest("a")) menu.hidePopover();
  });
  reveal(document);
})();
