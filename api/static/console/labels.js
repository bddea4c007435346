// The label designer: fields are dragged, resized and moved by arrow keys on a grid; the server draws what would be printed.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const json = $("f-template"), sheet = $("sheet"), trouble = $("trouble");
  const STEP = 0.5; // millimetres of the grid that fields snap to
  let label, chosen = -1, timer, asked = 0;

  const round = (value) => Math.round(value / STEP) * STEP;
  const scale = () => sheet.clientWidth / label.width; // pixels of a millimetre
  const field = () => label.fields[chosen];
  const linked = (kind) => kind === "qr" || kind === "hanxin";

  // --- the sheet -----------------------------------------------------------------------------------------------------
  const fit = () => {
    const room = sheet.parentElement.clientWidth - 40;
    sheet.style.width = `${Math.min(room, label.width * 12)}px`;
    sheet.style.height = `${(sheet.clientWidth * label.height) / label.width}px`;
  };
  const place = (box, one) => {
    for (const [side, value] of [["left", one.x], ["top", one.y], ["width", one.width], ["height", one.height]]) {
      box.style[side] = `${value * scale()}px`;
    }
    box.setAttribute("aria-label", `${one.name} (${one.kind}): ${one.x}, ${one.y}; ${one.width} × ${one.height} mm`);
  };
  const show = (focus = false) => {
    fit();
    sheet.querySelectorAll(".box, .grid").forEach((one) => one.remove());
    const grid = document.createElement("div");
    grid.className = "grid";
    grid.style.backgroundSize = `${scale() * 5}px ${scale() * 5}px`;
    sheet.prepend(grid);
    label.fields.forEach((one, number) => {
      const box = document.createElement("button");
      box.type = "button";
      box.className = "box";
      box.dataset.number = number;
      box.setAttribute("aria-pressed", String(number === chosen));
      box.append(Object.assign(document.createElement("span"), { className: "corner" }));
      place(box, one);
      sheet.append(box);
      if (focus && number === chosen) box.focus();
    });
    panel();
    written();
  };
  const written = () => {
    json.value = JSON.stringify(label, null, 2);
    clearTimeout(timer);
    timer = setTimeout(draw, 250);
  };
  const draw = async () => {
    const number = ++asked;
    try {
      const answer = await fetch(`/console/labels/preview?template=${encodeURIComponent(JSON.stringify(label))}`, { headers: { Accept: "image/svg+xml" } });
      const text = await answer.text();
      if (number !== asked) return; // another was asked for meanwhile
      trouble.textContent = answer.ok ? "" : text;
      if (!answer.ok) return;
      const drawn = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
      drawn.setAttribute("aria-hidden", "true");
      sheet.querySelector("svg")?.remove();
      sheet.prepend(drawn);
    } catch {
      trouble.textContent = trouble.dataset.offline;
    }
  };

  // --- the panel -----------------------------------------------------------------------------------------------------
  const panel = () => {
    $("field-card").hidden = chosen < 0;
    document.querySelectorAll("[data-label]").forEach((input) => { input.value = label[input.dataset.label] ?? ""; });
    if (chosen < 0) return;
    const one = field(), kind = one.kind === "text" ? "text" : "symbol";
    document.querySelectorAll("[data-for]").forEach((part) => {
      part.hidden = part.dataset.for === "elements" ? kind === "text" || linked(one.kind) : part.dataset.for !== kind;
    });
    document.querySelectorAll("[data-of]").forEach((input) => {
      if (input === document.activeElement) return;
      if (input.type === "checkbox") input.checked = Boolean(one[input.dataset.of]);
      else input.value = one[input.dataset.of] ?? "";
    });
    document.querySelectorAll("[data-with]").forEach((input) => { input.checked = (one.with ?? []).includes(input.dataset.with); });
  };
  const told = (input) => {
    if (input.type === "checkbox") return input.checked;
    if (input.type !== "number") return input.value;
    return input.value === "" ? null : Number(input.value);
  };
  const shaped = (one) => { // a field has what its kind has, and nothing else
    const { name, kind, x, y, width, height } = one, box = { name, kind, x, y, width, height };
    if (kind === "text") return { ...box, text: one.text || "{code}", size: one.size || 8, bold: Boolean(one.bold), align: one.align || "left" };
    return { ...box, module: one.module ?? null, with: linked(kind) ? [] : (one.with ?? []) };
  };
  const choose = (number, focus = false) => { chosen = number; show(focus); };

  $("board").addEventListener("input", (event) => {
    const input = event.target;
    if (input.dataset.label) label[input.dataset.label] = told(input);
    else if (input.dataset.with) field().with = [...document.querySelectorAll("[data-with]:checked")].map((one) => one.dataset.with);
    else if (input.dataset.of) field()[input.dataset.of] = told(input);
    else return;
    if (chosen >= 0) label.fields[chosen] = shaped(field());
    if (label.width > 0 && label.height > 0) show();
  });
  $("board").addEventListener("click", (event) => {
    const adder = event.target.closest("[data-add]"), insert = event.target.closest("[data-insert]");
    if (adder) add(adder.dataset.add);
    if (insert) {
      const text = $("p-text");
      text.setRangeText(insert.dataset.insert, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (event.target === $("drop")) drop();
  });
  const add = (kind) => {
    const names = new Set(label.fields.map((one) => one.name));
    let name = kind, count = 2;
    while (names.has(name)) name = `${kind}-${count++}`;
    const [width, height] = { text: [30, 4], code128: [50, 10] }[kind] ?? [18, 18];
    const box = { name, kind, x: 0, y: 0, width: Math.min(width, label.width), height: Math.min(height, label.height) };
    label.fields.push(shaped({ ...box, ...gap(box) }));
    choose(label.fields.length - 1, true);
  };
  const gap = ({ width, height }) => { // the first free place, row by row
    const free = (x, y) => label.fields.every((one) => x + width <= one.x || one.x + one.width <= x || y + height <= one.y || one.y + one.height <= y);
    for (let y = 0; y + height <= label.height; y += 1) for (let x = 0; x + width <= label.width; x += 1) if (free(x, y)) return { x, y };
    return { x: 0, y: 0 };
  };
  const drop = () => {
    if (chosen < 0 || label.fields.length < 2) return;
    label.fields.splice(chosen, 1);
    choose(-1);
  };

  // --- by hand -------------------------------------------------------------------------------------------------------
  const within = (one) => {
    one.width = Math.min(Math.max(one.width, 1), label.width);
    one.height = Math.min(Math.max(one.height, 1), label.height);
    one.x = Math.min(Math.max(one.x, 0), label.width - one.width);
    one.y = Math.min(Math.max(one.y, 0), label.height - one.height);
  };
  sheet.addEventListener("pointerdown", (event) => {
    const box = event.target.closest(".box");
    if (!box) return choose(-1);
    const resizing = event.target.classList.contains("corner"), [x, y] = [event.clientX, event.clientY];
    choose(Number(box.dataset.number), true);
    const one = field(), from = { ...one };
    event.preventDefault();
    const moved = (step) => {
      const [across, down] = [(step.clientX - x) / scale(), (step.clientY - y) / scale()];
      if (resizing) [one.width, one.height] = [round(from.width + across), round(from.height + down)];
      else [one.x, one.y] = [round(from.x + across), round(from.y + down)];
      within(one);
      place(sheet.querySelector(`.box[data-number="${chosen}"]`), one);
      panel();
      written();
    };
    const let_go = () => {
      window.removeEventListener("pointermove", moved);
      window.removeEventListener("pointerup", let_go);
      window.removeEventListener("pointercancel", let_go);
    };
    window.addEventListener("pointermove", moved);
    window.addEventListener("pointerup", let_go);
    window.addEventListener("pointercancel", let_go);
  });
  sheet.addEventListener("click", (event) => { // Enter and Space on a box
    const box = event.target.closest(".box");
    if (box && Number(box.dataset.number) !== chosen) choose(Number(box.dataset.number), true);
  });
  sheet.addEventListener("keydown", (event) => {
    const box = event.target.closest(".box");
    const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!box || !(across || down || event.key === "Delete")) return;
    event.preventDefault();
    chosen = Number(box.dataset.number);
    if (event.key === "Delete") return drop();
    const one = field();
    if (event.shiftKey) [one.width, one.height] = [one.width + across * STEP, one.height + down * STEP];
    else [one.x, one.y] = [one.x + across * STEP, one.y + down * STEP];
    within(one);
    show(true);
  });

  // --- beginning -----------------------------------------------------------------------------------------------------
  const begin = () => {
    try {
      label = JSON.parse(json.value);
      if (!(label.width > 0 && label.height > 0 && Array.isArray(label.fields))) throw new Error();
    } catch {
      return; // what is typed as JSON is judged when it is saved
    }
    $("board").hidden = false;
    if (chosen >= label.fields.length) chosen = -1;
    show();
  };
  json.addEventListener("change", begin);
  window.addEventListener("resize", () => label && show());
  begin();
})();
