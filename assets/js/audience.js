// Counts while the form is filled in. Without this file the button « Compter » does it.
"use strict";
(() => {
  const form = document.querySelector("form[data-counts]");
  const place = document.getElementById("comptage");
  if (!form || !place) return;
  let waiting;
  let running;
  const count = async () => {
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams(new FormData(form)).toString();
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${form.dataset.counts}?${query}`, { signal: running.signal });
      // Logged out, or broken: the button says so on a page of its own.
      if (answer.redirected || !answer.ok) return;
      place.innerHTML = await answer.text();
      history.replaceState(null, "", `${form.getAttribute("action")}?${query}`);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      place.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "nom") return;
    clearTimeout(waiting);
    waiting = setTimeout(count, 250);
  });
})();
