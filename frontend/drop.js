// A file dropped on a zone goes into its form's file field; the zone marked "now" sends it at once.
export function startDrop() {
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    if (!input) continue;
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", (event) => {
      if (!zone.contains(event.relatedTarget)) zone.classList.remove("over");
    });
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change"));
    });
    const names = zone.querySelector("[data-names]");
    input.addEventListener("change", () => {
      if (!input.files.length) return;
      if (names) names.textContent = [...input.files].map((file) => file.name).join("、");
      if (zone.dataset.drop === "now") zone.requestSubmit();
    });
  }
}
