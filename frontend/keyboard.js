// j and k walk the rows of a list, x ticks one, Enter opens one, / goes to the search field.
export function startKeyboard() {
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") && event.target.type !== "checkbox") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") return search(event);
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    if (event.key === "x" && at >= 0) rows[at].querySelector("[data-tick]")?.click();
    if (event.key !== "j" && event.key !== "k") return;
    rows[at]?.classList.remove("at");
    at = Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)));
    rows[at].classList.add("at");
    rows[at].querySelector("a")?.focus();
    rows[at].scrollIntoView({ block: "nearest" });
  });
}

function search(event) {
  const field = document.querySelector("[data-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}
