// The one box: Enter asks, Shift+Enter breaks the line, a pasted picture or file is sent, the camera reads a code.
export function startBox() {
  const box = document.querySelector("[data-box]");
  if (!box) return;
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    box.form.requestSubmit();
  });
  box.addEventListener("paste", (event) => {
    const input = box.form.querySelector("[type=file]");
    if (!input || !event.clipboardData.files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    input.files = event.clipboardData.files;
    box.form.requestSubmit();
  });
  const scan = document.querySelector("[data-scan]");
  if (!scan || !navigator.mediaDevices) return;
  scan.hidden = false;
  scan.addEventListener("click", async () => {
    const { openScanner } = await import("./scan.js");
    openScanner(document.querySelector("[data-scanner]"), box);
  });
}
