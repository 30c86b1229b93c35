// j and k walk the rows of a list, Enter opens one, / goes to the search field.
export function startKeyboard() {
  const rows = [...document.querySelectorAll("[data-row]")];
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-search]");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
    if (!rows.length || !["j", "k", "Enter"].includes(event.key)) return;
    if (event.key === "Enter") {
      rows[at]?.querySelector("a")?.click();
      return;
    }
    at = Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)));
    rows[at].querySelector("a")?.focus();
  });
}
