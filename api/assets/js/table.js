// Batch acts: one box picks all rows of the page, the count of picked rows is said beside the buttons.

for (const form of document.querySelectorAll("form[data-batch]")) {
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const all = form.querySelector("thead input[type=checkbox]");
  const count = form.querySelector("[data-count]");

  const show = () => {
    const picked = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr").classList.toggle("gj-picked", box.checked);
    if (count) count.textContent = String(picked.length);
    if (all) {
      all.checked = picked.length === boxes.length && boxes.length > 0;
      all.indeterminate = picked.length > 0 && picked.length < boxes.length;
    }
  };

  if (all) {
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
  }
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
