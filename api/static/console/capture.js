// Forms of /console/capture: lines of codes, Enter of keyboard scanners, and nothing lost when the connection is.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const fields = () => document.querySelectorAll("textarea.codes");

  // --- lines -------------------------------------------------------------------------------------------------------
  const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  const has = (field, text) => field.value.split("\n").includes(text);
  const add = (field, text) => {
    const kept = field.dataset.many === "yes" ? field.value.replace(/\n*$/, "") : "";
    field.value = (kept ? kept + "\n" : "") + text + (field.dataset.many === "yes" ? "\n" : "");
    field.scrollTop = field.scrollHeight;
    changed(field);
  };
  const drop = (field, number) => {
    field.value = field.value.split("\n").filter((_, index) => index !== number - 1).join("\n");
    changed(field);
  };
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.closest?.("#capture")) return;
    // A scanner ends with Enter: the next field, never a form that is sent half filled in.
    if (event.key === "Enter" && field.matches("input, textarea[data-many='no']")) {
      event.preventDefault();
      const order = [...document.querySelectorAll("#capture input:not([type=hidden]), #capture textarea, #capture select, #save")];
      order[order.indexOf(field) + 1]?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-drop]");
    if (line) drop($("f-" + line.dataset.drop), Number(line.dataset.line));
    if (event.target.closest("[data-print]")) window.print();
  });

  // --- answers -----------------------------------------------------------------------------------------------------
  const judged = (target) => target.classList?.contains("judged");
  const failed = (event) => {
    event.stopPropagation(); // or the console would leave the page, and what was typed with it
    const target = event.detail.target;
    if (judged(target)) target.textContent = target.dataset.unjudged;
    else if ($("unsent")) {
      const signedOut = [401, 403].includes(event.detail.xhr.status);
      $("unsent").querySelector("p").textContent = signedOut ? $("unsent").dataset.signedOut : $("unsent").dataset.offline;
      $("unsent").hidden = false;
      $("unsent").scrollIntoView({ block: "center" });
    }
  };
  document.body.addEventListener("htmx:sendError", failed);
  document.body.addEventListener("htmx:responseError", failed);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const refilled = event.detail.xhr.status === 400 || event.detail.xhr.status === 409;
    if (refilled && !judged(event.detail.target)) [event.detail.shouldSwap, event.detail.isError] = [true, false];
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if ($("unsent") && !judged(event.detail.target)) $("unsent").hidden = true;
  });
  document.body.addEventListener("htmx:afterSettle", (event) => ready(!judged(event.detail.target)));

  const ready = (focus) => {
    document.querySelectorAll("[data-drop], [data-print]").forEach((button) => (button.hidden = false));
    if (!focus) return;
    const first = document.querySelector("#capture [aria-invalid=true]") || fields()[0] || $("content");
    first?.focus({ preventScroll: !first.matches("[aria-invalid=true]") });
  };

  // --- camera ------------------------------------------------------------------------------------------------------
  document.addEventListener("scanned", (event) => {
    const { target: field, detail } = event;
    event.preventDefault();
    if (has(field, detail.text)) detail.said = "twice";
    else {
      add(field, detail.text);
      detail.done = field.dataset.many === "no";
    }
  });

  ready(true);

  // The first page of the console in a browser is told in UTC; once its zone is known, so is the form's.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const told = $("capture")?.dataset.zone;
  if (told && zone && told !== zone && ![...fields()].some((field) => field.value) && !sessionStorage.getItem("traceledger_zone")) {
    sessionStorage.setItem("traceledger_zone", zone);
    location.reload();
  }
})();
