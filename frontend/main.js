// Comfort on top of pages that work without it: live take-apart, drop, scan, keyboard.
import "@picocss/pico/css/pico.min.css";
import "./style.css";
import "./status.css";
import htmx from "htmx.org";
import { startKeyboard } from "./keyboard.js";
import { startDrop } from "./drop.js";

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

document.documentElement.classList.add("scripted");
startDrop();
startKeyboard();

const scan = document.querySelector("[data-scan]");
if (scan) {
  scan.hidden = false;
  scan.addEventListener("click", async () => {
    const { openScanner } = await import("./scan.js");
    openScanner(document.querySelector("[data-scanner]"), document.querySelector("[data-box]"));
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
