// A choice without a new page: the form is sent, and the lists that come back take the place of those that stand there.
// Where this does not run, or the answer does not come, the forms work as they are.
"use strict";
const lists = document.getElementById("lists");
const said = document.getElementById("said");
if (lists) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (new URL(form.action).pathname !== "/choose") return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch("/choose?model=" + encodeURIComponent(lists.dataset.model), {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Lists": "only" },
      });
      if (!answer.ok) {
        said.textContent = (await answer.json()).error;
        return;
      }
      lists.innerHTML = await answer.text();
      said.textContent = button.getAttribute("aria-label") + ". The lists are new.";
      if (!lists.contains(form) && document.contains(form)) {
        const value = form.elements.value;
        const on = value.value !== "0";
        button.setAttribute("aria-pressed", String(on));
        value.value = on ? "0" : "1";
      }
      if (!document.contains(button)) {
        const heading = document.getElementById("for-you");
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      }
    } catch {
      said.textContent = "The site does not answer; nothing was changed.";
    } finally {
      button.disabled = false;
    }
  });
}
