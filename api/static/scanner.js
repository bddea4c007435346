// Keyboard scanners: what they type must reach the field as it is.
"use strict";
// The separator FNC1 (ASCII 29) is sent as Ctrl+], which a browser does not write into a field.
document.addEventListener("keydown", (event) => {
  const separator = event.key === "\x1d" || (event.ctrlKey && !event.altKey && (event.key === "]" || event.code === "BracketRight"));
  const field = event.target;
  if (!separator || !field.matches?.("input:not([type]), input[type=text], input[type=search], textarea")) return;
  event.preventDefault();
  field.setRangeText("\x1d", field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
