// Shows the letter while it is written. Without this file the button « Voir l’aperçu » does it.
"use strict";
(() => {
  const form = document.querySelector("form[data-preview]");
  const place = document.getElementById("apercu");
  if (!form || !place) return;
  let waiting;
  let running;
  const show = async () => {
    running?.abort();
    running = new AbortController();
    place.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.preview, { method: "POST", body, signal: running.signal });
      // Logged out, or broken: the button says so on a page of its own.
      if (answer.redirected || !answer.ok) return;
      place.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      place.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 400);
  });
})();
