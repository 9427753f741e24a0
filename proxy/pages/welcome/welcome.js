// Says beside each link whether the program behind it answers. The proxy answers 502 or 504 for one that does not.
const words = document.body.dataset;
for (const state of document.querySelectorAll("[data-of]")) {
  fetch(state.dataset.of, { redirect: "manual", cache: "no-store" })
    .then((answer) => answer.status !== 502 && answer.status !== 504, () => false)
    .then((up) => {
      state.textContent = up ? words.up : words.down;
      state.classList.add(up ? "up" : "down");
    });
}
