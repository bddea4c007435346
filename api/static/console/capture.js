// Forms of /console/capture: keyboard scanners, the camera, and nothing lost when the connection is.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const fields = () => document.querySelectorAll("textarea.codes");

  // --- lines -------------------------------------------------------------------------------------------------------
  const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  const insert = (field, text) => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    changed(field);
  };
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
    // Scanners send the separator FNC1 (ASCII 29) as Ctrl+], which a browser does not write into a field.
    if (event.key === "\x1d" || (event.ctrlKey && !event.altKey && (event.key === "]" || event.code === "BracketRight"))) {
      event.preventDefault();
      if (field.matches("input, textarea")) insert(field, "\x1d");
    }
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
    if (event.target.closest("[data-close]")) $("camera").close();
    if (event.target.closest("[data-print]")) window.print();
    const camera = event.target.closest("[data-camera]");
    if (camera) look($("f-" + camera.dataset.camera));
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
    document.querySelectorAll("[data-camera], [data-drop], [data-print]").forEach((button) => (button.hidden = false));
    if (!focus) return;
    const first = document.querySelector("#capture [aria-invalid=true]") || fields()[0] || $("content");
    first?.focus({ preventScroll: !first.matches("[aria-invalid=true]") });
    $("camera")?.addEventListener("close", stop);
  };

  // --- camera ------------------------------------------------------------------------------------------------------
  let stream = null;
  const say = (name, text = "") => ($("camera-said").textContent = $("camera-said").dataset[name] + text);
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
  };
  const look = async (field) => {
    $("camera").showModal();
    if (!window.isSecureContext || !navigator.mediaDevices) return say("insecure");
    say("looking");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      if (!$("camera").open) return stop();
      $("video").srcObject = stream;
      await $("video").play();
      await watch(field, await reader());
    } catch (error) {
      stop();
      say({ NotAllowedError: "refused", NotFoundError: "none", OverconstrainedError: "none" }[error.name] ?? "busy");
    }
  };
  const watch = async (field, read) => {
    while (stream && $("camera").open) {
      const text = await read($("video"));
      if (text && has(field, text)) say("twice");
      else if (text) {
        add(field, text);
        say("read", " " + text.replaceAll("\x1d", "␝"));
        navigator.vibrate?.(60);
        if (field.dataset.many === "no") return $("camera").close();
      }
      await new Promise((done) => setTimeout(done, 120));
    }
  };

  // The browser's own decoder, or the vendored one, which is fetched when a camera is first used.
  const FORMATS = ["qr_code", "data_matrix", "code_128", "ean_13", "ean_8", "itf", "upc_a"];
  const reader = async () => {
    const known = await window.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
    const formats = FORMATS.filter((one) => known?.includes(one));
    if (formats.includes("qr_code") && formats.includes("data_matrix")) {
      const detector = new window.BarcodeDetector({ formats });
      return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? "";
    }
    if (!window.ZXing) await load($("camera").dataset.decoder);
    const { BarcodeFormat: F, DecodeHintType: H, MultiFormatReader, BinaryBitmap, HybridBinarizer, HTMLCanvasElementLuminanceSource } = window.ZXing;
    const formats2 = [F.QR_CODE, F.DATA_MATRIX, F.CODE_128, F.EAN_13, F.EAN_8, F.ITF, F.UPC_A];
    const decoder = new MultiFormatReader();
    decoder.setHints(new Map([[H.POSSIBLE_FORMATS, formats2], [H.TRY_HARDER, true], [H.ASSUME_GS1, true]]));
    const canvas = document.createElement("canvas");
    return async (video) => {
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0);
      try {
        return decoder.decodeWithState(new BinaryBitmap(new HybridBinarizer(new HTMLCanvasElementLuminanceSource(canvas)))).getText();
      } catch {
        return ""; // no code in this picture
      }
    };
  };
  const load = (address) =>
    new Promise((done, fail) => {
      const script = document.createElement("script");
      [script.src, script.onload, script.onerror] = [address, done, () => fail(new Error("decoder"))];
      document.head.append(script);
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
