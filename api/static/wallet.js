// What a wallet in the browser adds to the pages of signing in with a key (EIP-1193 and personal_sign). Without one they work by hand.
"use strict";
(() => {
  const wallet = window.ethereum;
  if (!wallet) return;
  const failed = document.getElementById("wallet-failed");
  const hex = (text) => "0x" + [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // Runs on a click; `ask` fills a field of the button's form, which is then sent.
  const offer = (id, ask) => {
    const button = document.getElementById(id);
    if (!button) return;
    button.closest(".with-wallet").hidden = false;
    button.addEventListener("click", async () => {
      failed.hidden = true;
      try {
        await ask(button);
        button.form.requestSubmit();
      } catch {
        failed.hidden = false;
      }
    });
  };

  offer("connect", async () => {
    const [address] = await wallet.request({ method: "eth_requestAccounts" });
    document.getElementById("address").value = address;
  });
  offer("sign", async (button) => {
    await wallet.request({ method: "eth_requestAccounts" });
    const message = document.getElementById("message").value;
    document.getElementById("signature").value = await wallet.request({ method: "personal_sign", params: [hex(message), button.dataset.address] });
  });
})();
