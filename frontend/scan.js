// The camera's QR scan. The decoder is served by this site, so it works offline.
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasm : prefix + path) } });

export async function openScanner(dialog, box) {
  const video = dialog.querySelector("video");
  const note = dialog.querySelector("[data-note]");
  let stream;
  const stop = () => stream?.getTracks().forEach((track) => track.stop());
  dialog.addEventListener("close", stop, { once: true });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close(), { once: true });
  dialog.showModal();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    note.textContent = note.dataset.refused;
    video.hidden = true;
    offerPhoto(dialog, box);
    return;
  }
  if (!dialog.open) return stop();
  video.srcObject = stream;
  await video.play();
  const code = await read(dialog, video);
  if (!code) return;
  dialog.close();
  box.value = code;
  box.form.requestSubmit();
}

function offerPhoto(dialog, box) {
  const photo = dialog.querySelector("[data-photo]");
  photo.hidden = false;
  photo.focus();
  photo.addEventListener(
    "click",
    () => {
      dialog.close();
      box.form.querySelector("[type=file]").click();
    },
    { once: true },
  );
}

async function read(dialog, video) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (dialog.open) {
    const codes = await detector.detect(video).catch(() => []);
    const found = codes.find((code) => code.rawValue.startsWith("01,") || code.rawValue.startsWith("http"));
    if (found) return found.rawValue;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return null;
}
