// Scanning by camera: a button [data-camera=name] reads codes into the field f-name.
// What is read is told by the event `scanned` on the field. A page that handles it prevents its default and may set `detail.said`
// and `detail.done`; otherwise the field takes the code and its form is sent.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  let stream = null;
  const say = (name, text = "") => ($("camera-said").textContent = $("camera-said").dataset[name] + text);
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
  };
  const reveal = () => {
    document.querySelectorAll("[data-camera]").forEach((button) => (button.hidden = false));
    $("camera")?.addEventListener("close", stop);
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) $("camera").close();
    const camera = event.target.closest("[data-camera]");
    if (camera) look($("f-" + camera.dataset.camera));
  });
  document.body.addEventListener("htmx:afterSettle", reveal);

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
      if (text && give(field, text)) return $("camera").close();
      await new Promise((done) => setTimeout(done, 120));
    }
  };
  /** Hand a text to the page; whether that was all. */
  const give = (field, text) => {
    const scanned = new CustomEvent("scanned", { bubbles: true, cancelable: true, detail: { text, said: "read", done: false } });
    if (field.dispatchEvent(scanned)) {
      field.value = text;
      field.form.requestSubmit();
      scanned.detail.done = true;
    }
    const { said, done } = scanned.detail;
    say(said, said === "read" ? " " + text.replaceAll("\x1d", "␝") : "");
    if (said === "read") navigator.vibrate?.(60);
    return done;
  };

  // The browser's own decoder, or the vendored one, which is fetched when a camera is first used.
  const FORMATS = ["qr_code", "data_matrix", "code_128", "ean_13", "ean_8", "itf", "upc_a", "upc_e"];
  const reader = async () => {
    const known = await window.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
    const formats = FORMATS.filter((one) => known?.includes(one));
    if (formats.includes("qr_code") && formats.includes("data_matrix")) {
      const detector = new window.BarcodeDetector({ formats });
      return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? "";
    }
    if (!window.ZXing) await load($("camera").dataset.decoder);
    const { BarcodeFormat: F, DecodeHintType: H, MultiFormatReader, BinaryBitmap, HybridBinarizer, HTMLCanvasElementLuminanceSource } = window.ZXing;
    const formats2 = [F.QR_CODE, F.DATA_MATRIX, F.CODE_128, F.EAN_13, F.EAN_8, F.ITF, F.UPC_A, F.UPC_E];
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

  reveal();
  $("scan")?.querySelector("input").select(); // the next scan takes the place of the last
})();
