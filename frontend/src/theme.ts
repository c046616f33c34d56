// Runs before the first paint (a blocking script, no module): the server cannot know which theme "auto" means here.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const wish = root.dataset["theme"] ?? "auto";
    root.setAttribute("data-bs-theme", wish === "auto" ? (dark.matches ? "dark" : "light") : wish);
  };
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("sk:theme", apply);
  // Paper is white.
  window.addEventListener("beforeprint", () => root.setAttribute("data-bs-theme", "light"));
  window.addEventListener("afterprint", apply);
})();
